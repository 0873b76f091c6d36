import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isLabelFile, readLabels } from '../feeds/labels/files';
import { LabelFileError } from '../feeds/labels/read';
import type { Chains } from '../rules/chains';
import type { SharedLabel } from '../rules/labels';
import type { LabelStore } from '../store/labels';

/** A row that gave no label. */
export interface LabelDefect {
  path: string;
  /** The line in CSV, the place in the list elsewhere, from 1. */
  row: number;
  reason: string;
}

export interface LabelImportProgress {
  path: string;
  /** Rows read of all files so far. */
  rows: number;
  /** Bytes read of `totalBytes`. */
  bytes: number;
  totalBytes: number;
}

export interface LabelImportSummary {
  files: number;
  rows: number;
  defects: number;
  /** Labels that are new, or say more than before; where labels are removed, those that were there. */
  changed: number;
  /** Of all labels there are now. */
  labels: number;
  wallets: number;
  /** Wallets of which sources name different owners. */
  disputed: number;
}

export interface ImportLabelsParts {
  labels: Pick<LabelStore, 'save' | 'remove' | 'tally'>;
  chains: Chains;
  /** Removes what the files have, in place of storing it. */
  removes: boolean;
  onProgress: (progress: LabelImportProgress) => void;
  onDefect: (defect: LabelDefect) => void;
}

const BATCH = 1_000;

/** Imports files, and those in folders that are called like files of labels, or takes back what they say; again changes nothing. */
export async function importLabels(
  paths: readonly string[],
  { labels, chains, removes, onProgress, onDefect }: ImportLabelsParts,
): Promise<LabelImportSummary> {
  const files = await findFiles(paths);
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const done = { files: files.length, rows: 0, defects: 0, changed: 0 };
  let bytes = 0;
  let batch: SharedLabel[] = [];
  const store = async (): Promise<void> => {
    if (batch.length > 0)
      done.changed += await (removes ? labels.remove(batch) : labels.save(batch));
    batch = [];
  };
  for (const { path } of files) {
    const tell = (): void => onProgress({ path, rows: done.rows, bytes, totalBytes });
    tell();
    for await (const row of readLabels(path, (count) => (bytes += count), chains)) {
      done.rows += 1;
      if ('defect' in row) {
        done.defects += 1;
        onDefect({ path, row: row.row, reason: row.defect });
        continue;
      }
      if (batch.push(row.label) < BATCH) continue;
      await store();
      tell();
    }
    await store();
    tell();
  }
  return { ...done, ...(await labels.tally()) };
}

async function findFiles(paths: readonly string[]): Promise<{ path: string; size: number }[]> {
  const found: { path: string; size: number }[] = [];
  for (const path of paths) {
    const stats = await stat(path).catch(() => null);
    if (stats === null) throw new LabelFileError(`${path}: there is no such file or folder`);
    if (stats.isDirectory()) {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile() && isLabelFile(entry.name))
        .map((entry) => join(entry.parentPath, entry.name));
      for (const file of files.sort()) found.push({ path: file, size: (await stat(file)).size });
    } else if (isLabelFile(path)) found.push({ path, size: stats.size });
    else throw new LabelFileError(`${path}: it is no .csv, .json or .yaml file, nor one with .gz`);
  }
  if (found.length > 0) return found;
  throw new LabelFileError(`There are no files of labels in ${paths.join(', ')}.`);
}
