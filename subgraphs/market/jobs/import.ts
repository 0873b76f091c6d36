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
  /** The file this is about. */
  path: string;
  /** The file is read whole, and PostgreSQL is taking it in. */
  isRead: boolean;
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
  await run.importAll();
  return { ...run.done, skipped };
}

/** While one file is read, PostgreSQL works on the other. */
const FILES_AT_ONCE = 2;

class ImportRun {
  readonly done = { files: 0, rows: 0, changed: 0, unfinished: 0, addedAssets: 0 };
  private rowsRead = 0;
  private bytes = 0;
  private readonly totalBytes: number;

  constructor(
    private readonly files: readonly BulkFile[],
    private readonly interval: CandleInterval | null,
    private readonly parts: ImportParts,
  ) {
    this.totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** After a failure no further file is begun; those that are under way are completed. */
  async importAll(): Promise<void> {
    const queue = this.files.values();
    const faults: unknown[] = [];
    const work = async (): Promise<void> => {
      for (const file of queue) {
        await this.importFile(file).catch((fault: unknown) => faults.push(fault));
        if (faults.length > 0) return;
      }
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
    if (faults.length > 0) throw faults[0];
  }

  private async importFile(file: BulkFile): Promise<void> {
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
    const report = (isRead: boolean): void => {
      const { rowsRead, bytes, totalBytes } = this;
      this.parts.onProgress({ path, isRead, rows: rowsRead, bytes, totalBytes });
    };
    let last = 0;
    const onRows = (rows: number): void => {
      this.rowsRead += rows - last;
      last = rows;
      report(false);
    };
    return this.parts.candles.importCandles(interval, candles, onRows, () => report(true));
  }
}
