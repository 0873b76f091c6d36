import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Called with the bytes of the file that were read since the last call, packed as they are. */
export type OnBytes = (bytes: number) => void;

/** What a .gz file holds, and any other file as it is. Fails with what `fileFaultOf` explains. */
export function fileBytes(path: string, onBytes: OnBytes): AsyncIterable<Buffer> {
  const packed = packedBytes(path, onBytes);
  // Faults of the source come out of the iteration too, so there is nothing to do about them here.
  return /\.gz$/i.test(path) ? pipeline(packed, createGunzip(), () => undefined) : packed;
}

async function* packedBytes(path: string, onBytes: OnBytes): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    yield chunk;
  }
}

const FAULTS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'the compressed data end early',
  Z_DATA_ERROR: 'the compressed data are damaged',
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

/** Why a file cannot be read, for people, without its name; null for any other error. */
export const fileFaultOf = (error: unknown): string | null => FAULTS[codeOf(error)] ?? null;

/** The code of an error of the system; empty where it has none. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
