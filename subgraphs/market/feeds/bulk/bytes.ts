import { crc32 } from 'node:zlib';
import { type OnBytes, codeOf, fileBytes, fileFaultOf } from '@spyhop/platform/file-bytes';
import { type Entry, type ZipFile, openPromise } from 'yauzl';

/** A file whose bytes are not what they should be; the message says why, but not which file. */
export class BadBytes extends Error {
  override readonly name = 'BadBytes';
}

/** What a .gz or .zip file holds, and any other file as it is. Fails with BadBytes. */
export async function* unpackedBytes(path: string, onBytes: OnBytes): AsyncGenerator<Buffer> {
  try {
    if (/\.zip$/i.test(path)) yield* zippedBytes(path, onBytes);
    else yield* fileBytes(path, onBytes);
  } catch (error) {
    const fault = fileFaultOf(error);
    throw fault === null ? error : new BadBytes(fault);
  }
}

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
