import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ethereumEtl } from './ethereum-etl';
import { exchangeFlows, exchangeNetFlows } from './exchange-flows';
import { BulkFileError, beginningOf } from './file';
import type { BulkFile, BulkFormat } from './format';
import { onchainScan } from './onchain-scan';
import { solscan } from './solscan';
import { whaleAlertBodies, whaleAlertFrames, whaleAlertV2 } from './whale-alert';

/** All that can be read; add a new one here. */
const FORMATS: readonly BulkFormat[] = [
  ...[whaleAlertBodies, whaleAlertFrames, whaleAlertV2, onchainScan],
  ...[ethereumEtl, solscan, exchangeFlows, exchangeNetFlows],
];

/** A file that can be read. */
export interface OpenedFile extends BulkFile {
  format: BulkFormat;
  /** As it lies there, packed or not. */
  bytes: number;
}

export interface Opened {
  files: OpenedFile[];
  /** Files in folders that are passed over, each with the reason. */
  skipped: string[];
}

const BEGINNING = 4_096;

/**
 * The recorded files among the paths and in those that are folders, in the order of their names. One that is named
 * itself must be one; in a folder others are passed over. Throws BulkFileError where there is none.
 */
export async function openBulkFiles(paths: readonly string[]): Promise<Opened> {
  const opened: Opened = { files: [], skipped: [] };
  for (const path of paths) {
    const stats = await stat(path).catch(() => null);
    if (stats === null) throw new BulkFileError(`${path}: there is no such file or folder`);
    if (stats.isDirectory()) await addFolder(path, opened);
    else opened.files.push(await openFile(path));
  }
  if (opened.files.length > 0) return opened;
  throw new BulkFileError(
    [`there are no recorded whales in ${paths.join(', ')}`, ...opened.skipped].join('\n'),
  );
}

async function addFolder(folder: string, { files, skipped }: Opened): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) {
    try {
      files.push(await openFile(path));
    } catch (err) {
      if (!(err instanceof BulkFileError)) throw err;
      skipped.push(err.message);
    }
  }
}

async function openFile(path: string): Promise<OpenedFile> {
  const beginning = await beginningOf(path, BEGINNING).catch((err: unknown) => {
    throw err instanceof BulkFileError ? new BulkFileError(`${path}: ${err.message}`) : err;
  });
  const file = { path, name: basename(path), beginning };
  const format = FORMATS.find((each) => each.holds(file));
  if (format !== undefined) return { ...file, format, bytes: (await stat(path)).size };
  throw new BulkFileError(`${path}: it holds no whales in a form that is known`);
}
