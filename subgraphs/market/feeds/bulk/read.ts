import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OnBytes } from '@spyhop/platform/file-bytes';
import { BadBytes, unpackedBytes } from './bytes';
import { BadRow } from './parse';
import { BadText, type BulkRow, csvRows, jsonRows } from './rows';

/** A bulk file that cannot be used; the message names it and the place in it. */
export class BulkFileError extends Error {
  override readonly name = 'BulkFileError';
}

const IS_BULK_FILE = /\.(csv|json)(\.gz)?$|\.zip$/i;
const IS_JSON = /\.json(\.gz)?$/i;

/** By its name. */
export const isBulkFile = (path: string): boolean => IS_BULK_FILE.test(path);

/**
 * The rows of a .csv, .csv.gz, .json, .json.gz or .zip file, one at a time. Fails with a
 * BulkFileError where the file is cut short or damaged, after the rows before that.
 */
export async function* readBulkRows(
  path: string,
  onBytes: OnBytes = () => undefined,
): AsyncGenerator<BulkRow> {
  const bytes = unpackedBytes(path, onBytes);
  let last = 0;
  try {
    for await (const row of IS_JSON.test(path) ? jsonRows(bytes) : csvRows(bytes)) {
      yield row;
      last = row.number;
    }
  } catch (error) {
    if (!(error instanceof BadText || error instanceof BadBytes)) throw error;
    const where = last === 0 ? '' : `, after ${place(path, last)}`;
    throw new BulkFileError(`${path}${where}: ${error.message}`);
  }
}

/** Parses a row; the error for a bad one names file and line. */
export function parseAt<Parsed>(
  path: string,
  { fields, number }: BulkRow,
  parse: (fields: readonly string[]) => Parsed,
): Parsed {
  try {
    return parse(fields);
  } catch (error) {
    if (!(error instanceof BadRow)) throw error;
    throw new BulkFileError(`${path}, ${place(path, number)}: ${error.message}`);
  }
}

const place = (path: string, number: number): string =>
  `${IS_JSON.test(path) ? 'row' : 'line'} ${String(number)}`;

/**
 * Compares the file with the sum in the .CHECKSUM file beside it. Resolves to whether there is one;
 * fails with a BulkFileError that names both sums.
 */
export async function verifyChecksum(path: string): Promise<boolean> {
  const listed = await readFile(`${path}.CHECKSUM`, 'utf8').catch(() => null);
  if (listed === null) return false;
  const [expected] = /^[0-9a-f]{64}\b/i.exec(listed) ?? [];
  if (expected === undefined) throw new BulkFileError(`${path}.CHECKSUM holds no SHA-256 sum`);
  const actual = await sha256Of(path);
  if (actual === expected.toLowerCase()) return true;
  const listing = `${basename(path)}.CHECKSUM`;
  throw new BulkFileError(
    `${path}: its SHA-256 sum is ${actual}, but ${listing} says ${expected}; download it again`,
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
