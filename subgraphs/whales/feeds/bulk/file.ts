import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';

/** Called with the bytes of the file that were read since the last call, packed as they are. */
export type OnBytes = (bytes: number) => void;

/** A file that cannot be read as what it is; the message says why, but not which file. */
export class BulkFileError extends Error {
  override readonly name = 'BulkFileError';
}

/** A line, and an object or list that has to be read whole, may be as long, in characters. */
const LONGEST_TEXT = 64 * 1024 * 1024;

/** What a .gz file holds, and any other file as it is, in pieces. Fails with BulkFileError. */
export async function* textOf(path: string, onBytes: OnBytes): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  const packed = bytesOf(path, onBytes);
  // Faults of the source come out of the iteration too.
  const bytes: AsyncIterable<Buffer> = /\.gz$/i.test(path)
    ? pipeline(packed, createGunzip(), () => undefined)
    : packed;
  try {
    for await (const chunk of bytes) yield decoder.write(chunk);
    yield decoder.end();
  } catch (err) {
    throw faultOf(err) ?? err;
  }
}

async function* bytesOf(path: string, onBytes: OnBytes): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/** The lines of a file with their numbers, from 1; empty ones are left out. */
export async function* linesOf(
  path: string,
  onBytes: OnBytes,
): AsyncGenerator<{ number: number; line: string }> {
  let number = 0;
  let rest = '';
  for await (const text of textOf(path, onBytes)) {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > LONGEST_TEXT) throw new BulkFileError('it has a line without an end');
    for (const part of parts) {
      number += 1;
      const line = part.trim();
      if (line !== '') yield { number, line };
    }
  }
  if (rest.trim() !== '') yield { number: number + 1, line: rest.trim() };
}

/** All of a file that can only be read as one. */
export async function wholeText(path: string, onBytes: OnBytes): Promise<string> {
  let whole = '';
  for await (const text of textOf(path, onBytes)) {
    whole += text;
    if (whole.length > LONGEST_TEXT) throw new BulkFileError('it is too large to be read as one');
  }
  return whole;
}

/** The beginning of what a file holds, of about so many characters. */
export async function beginningOf(path: string, length: number): Promise<string> {
  let beginning = '';
  for await (const text of textOf(path, () => undefined)) {
    beginning += text;
    if (beginning.length >= length) break;
  }
  return beginning.slice(0, length);
}

const FAULTS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'the compressed data end early',
  Z_DATA_ERROR: 'the compressed data are damaged',
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

function faultOf(err: unknown): BulkFileError | null {
  const code = typeof err === 'object' && err !== null && 'code' in err ? String(err.code) : '';
  const fault = FAULTS[code];
  return fault === undefined ? null : new BulkFileError(fault);
}
