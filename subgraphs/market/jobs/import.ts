import type { Clock } from '@spyhop/platform/clock';
import type { CandleInterval } from '@spyhop/platform/topics';
import { type BulkCandles, openBulkCandles } from '../feeds/bulk/candles';
import { type BulkFile, findBulkFiles } from '../feeds/bulk/find';
import { verifyChecksum } from '../feeds/bulk/read';
import { assetNamed } from '../rules/new-asset';
import type { AssetStore } from '../store/assets';
import type { CandleStore } from '../store/candles';

/** How far an import is. */
export interface ImportProgress {
  /** The file that is read now. */
  path: string;
  /** Candles read from all files so far. */
  rows: number;
  /** Bytes read of `totalBytes`. */
  bytes: number;
  totalBytes: number;
}

export interface ImportSummary {
  files: number;
  /** Files in folders that were passed over, each with the reason. */
  skipped: string[];
  /** Candles read. */
  rows: number;
  /** Candles that are new or different now, without those rolled up from them. */
  changed: number;
  /** Candles left out because they were or are still growing. */
  unfinished: number;
  /** Symbols that were not tracked before. */
  addedAssets: number;
}

export interface ImportParts {
  candles: Pick<CandleStore, 'importCandles'>;
  assets: Pick<AssetStore, 'add'>;
  clock: Clock;
  onProgress: (progress: ImportProgress) => void;
}

/**
 * Imports files and folders of bulk files, each file whole or not at all, so that a second run goes
 * on where a first one failed. No file is imported before every checksum has been verified.
 */
export async function importFiles(
  paths: readonly string[],
  interval: CandleInterval | null,
  parts: ImportParts,
): Promise<ImportSummary> {
  const { files, skipped } = await findBulkFiles(paths);
  for (const { path } of files) await verifyChecksum(path);
  const run = new ImportRun(files, interval, parts);
  for (const file of files) await run.importFile(file);
  return { ...run.done, skipped };
}

class ImportRun {
  readonly done = { files: 0, rows: 0, changed: 0, unfinished: 0, addedAssets: 0 };
  private bytes = 0;
  private readonly totalBytes: number;

  constructor(
    files: readonly BulkFile[],
    private readonly interval: CandleInterval | null,
    private readonly parts: ImportParts,
  ) {
    this.totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async importFile(file: BulkFile): Promise<void> {
    const { clock, assets } = this.parts;
    const onBytes = (bytes: number): void => void (this.bytes += bytes);
    const opened = await openBulkCandles(file, this.interval, clock(), onBytes);
    const { rows, changed } = await this.store(file, opened);
    const added = await assets.add([assetNamed(file.symbol, file.pair)], clock());
    this.done.files += 1;
    this.done.rows += rows;
    this.done.changed += changed;
    this.done.unfinished += opened.unfinished();
    this.done.addedAssets += added;
  }

  private store(
    { path }: BulkFile,
    { interval, candles }: BulkCandles,
  ): ReturnType<CandleStore['importCandles']> {
    const { totalBytes } = this;
    return this.parts.candles.importCandles(interval, candles, (rows) =>
      this.parts.onProgress({ path, rows: this.done.rows + rows, bytes: this.bytes, totalBytes }),
    );
  }
}
