import { StringDecoder } from 'node:string_decoder';
import { type OnBytes, fileBytes, fileFaultOf } from '@spyhop/platform/file-bytes';

/** A file that cannot be read as what it is; the message says why, but not which file. */
export class BulkFileError extends Error {
  override readonly name = 'BulkFileError';
}

/** A line, and an object or list that has to be read whole, may be as long, in characters. */
const LONGEST_TEXT = 64 * 1024 * 1024;

/** What a .gz file holds, and any other file as it is, in pieces. Fails with BulkFileError. */
export async function* textOf(path: string, onBytes: OnBytes): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  try {
    for await (const chunk of fileBytes(path, onBytes)) yield decoder.write(chunk);
    yield decoder.end();
  } catch (err) {
    const fault = fileFaultOf(err);
    throw fault === null ? err : new BulkFileError(fault);
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
