import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BadName, type BulkName, parseBulkName } from './parse';
import { BulkFileError, isBulkFile } from './read';

/** A file to be read, and what its name says about it. */
export interface BulkFile extends BulkName {
  path: string;
  bytes: number;
}

export interface Found {
  files: BulkFile[];
  /** Files in folders that are passed over, each with the reason. */
  skipped: string[];
}

/**
 * The bulk files among the paths and, by name, in those that are folders. A file that is named
 * itself must be one; in a folder others are passed over.
 */
export async function findBulkFiles(paths: readonly string[]): Promise<Found> {
  const found: Found = { files: [], skipped: [] };
  for (const path of paths) {
    const stats = await stat(path).catch(() => null);
    if (stats === null) throw new BulkFileError(`${path}: there is no such file or folder`);
    if (stats.isDirectory()) await addFolder(path, found);
    else found.files.push(await describe(path));
  }
  if (found.files.length > 0) return found;
  throw new BulkFileError(
    [`there are no bulk files in ${paths.join(', ')}`, ...found.skipped].join('\n'),
  );
}

async function addFolder(folder: string, { files, skipped }: Found): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) {
    if (path.endsWith('.CHECKSUM')) continue;
    try {
      files.push(await describe(path));
    } catch (error) {
      if (!(error instanceof BulkFileError || error instanceof BadName)) throw error;
      skipped.push(error.message);
    }
  }
}

async function describe(path: string): Promise<BulkFile> {
  if (!isBulkFile(path)) {
    throw new BulkFileError(`${path}: it is no .csv, .csv.gz, .json, .json.gz or .zip file`);
  }
  return { ...parseBulkName(path), path, bytes: (await stat(path)).size };
}
