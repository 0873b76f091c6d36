import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { crc32, createGunzip } from 'node:zlib';
import { type Entry, type ZipFile, openPromise } from 'yauzl';

/** Called with the bytes of the file that were read since the last call. */
export type OnBytes = (bytes: number) => void;

/** A file whose bytes are not what they should be; the message says why, but not which file. */
export class BadBytes extends Error {
  override readonly name = 'BadBytes';
}

/** What a .gz or .zip file holds, and any other file as it is. Fails with BadBytes. */
export async function* unpackedBytes(path: string, onBytes: OnBytes): AsyncGenerator<Buffer> {
  try {
    if (/\.zip$/i.test(path)) yield* zippedBytes(path, onBytes);
    else if (/\.gz$/i.test(path)) yield* gunzipped(fileBytes(path, onBytes));
    else yield* fileBytes(path, onBytes);
  } catch (error) {
    throw faultOf(error) ?? error;
  }
}

async function* fileBytes(path: string, onBytes: OnBytes): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/** Faults of the source come out of the iteration too, so there is nothing to do about them here. */
const gunzipped = (bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> =>
  pipeline(bytes, createGunzip(), () => undefined);

async function* zippedBytes(path: string, onBytes: OnBytes): AsyncGenerator<Buffer> {
  const zip = await openPromise(path, { autoClose: false }).catch(notAZip);
  try {
    const entry = await csvIn(zip);
    const packing = entry.compressedSize / Math.max(entry.uncompressedSize, 1);
    let sum = 0;
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      onBytes(chunk.length * packing);
      yield chunk;
    }
    if (sum !== entry.crc32) throw new BadBytes('the compressed data are damaged');
  } finally {
    zip.close();
  }
}

async function csvIn(zip: ZipFile): Promise<Entry> {
  for await (const entry of zip.eachEntry()) if (/\.csv$/i.test(entry.fileName)) return entry;
  throw new BadBytes('there is no .csv file in it');
}

function notAZip(error: unknown): never {
  if (codeOf(error) !== '') throw error;
  throw new BadBytes(`it is no complete zip file (${String(error)})`);
}

const FAULTS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'the compressed data end early',
  Z_DATA_ERROR: 'the compressed data are damaged',
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

function faultOf(error: unknown): BadBytes | null {
  const fault = FAULTS[codeOf(error)];
  return fault === undefined ? null : new BadBytes(fault);
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
