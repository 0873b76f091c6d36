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
 * The recorded files among the paths and in those that are folders, in the order of their names, but for `others`. One
 * that is named itself must be one; in a folder others are passed over. Throws BulkFileError where there is none.
 */
export async function openBulkFiles(
  paths: readonly string[],
  others: ReadonlySet<string> = new Set(),
): Promise<Opened> {
  const opened: Opened = { files: [], skipped: [] };
  for (const path of paths) {
    for (const file of await filesAt(path)) {
      if (!others.has(file)) await add(opened, file, file === path);
    }
  }
  if (opened.files.length > 0) return opened;
  throw new BulkFileError(
    [`there are no recorded whales in ${paths.join(', ')}`, ...opened.skipped].join('\n'),
  );
}

/** The file of this name, or those in the folder of this name, in order. Throws BulkFileError where there is neither. */
export async function filesAt(path: string): Promise<string[]> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) throw new BulkFileError(`${path}: there is no such file or folder`);
  if (!stats.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function add({ files, skipped }: Opened, path: string, isNamed: boolean): Promise<void> {
  try {
    files.push(await openFile(path));
  } catch (err) {
    if (isNamed || !(err instanceof BulkFileError)) throw err;
    skipped.push(err.message);
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
