import { type WhaleTransactionSeen, whaleTransactionSeen } from '@spyhop/platform/topics';
import { type BulkRow, type RecordedSighting, together } from '../feeds/bulk/format';
import { BulkFileError } from '../feeds/bulk/file';
import { type OpenedFile, openBulkFiles } from '../feeds/bulk/open';
import { valued } from '../rules/valuation';
import { idOf } from '../rules/whale';
import type { Journal } from '../store/journal';
import type { TransactionStore } from '../store/transactions';

/** What became of one file. */
export interface ImportedFile {
  path: string;
  /** What its rows are. */
  kind: string;
  rows: number;
  /** What its rows tell of, those of one transaction together. */
  transactions: number;
  /** Of those, how many were not stored before. */
  added: number;
  /** Rows with something wrong; what is right about them is taken all the same. */
  faulty: number;
}

export interface ImportSummary {
  files: ImportedFile[];
  /** Files in folders that were passed over, each with the reason. */
  skipped: string[];
}

/** How far an import is. */
export interface ImportProgress {
  path: string;
  /** Of all files so far. */
  rows: number;
  bytes: number;
  totalBytes: number;
}

export interface ImportParts {
  journal: Pick<Journal, 'save'>;
  transactions: Pick<TransactionStore, 'countOf'>;
  /** When the import began, epoch ms. */
  begun: number;
  onProgress: (progress: ImportProgress) => void;
  /** Called once for each thing that is wrong with a row, numbered from 1. */
  onFault: (path: string, row: number, fault: string) => void;
}

const BATCH = 500;

/** Stores what recorded files tell of, as live sources do; what is stored already changes nothing. */
export async function importFiles(
  paths: readonly string[],
  parts: ImportParts,
): Promise<ImportSummary> {
  const { files, skipped } = await openBulkFiles(paths);
  const run = new ImportRun(files, parts);
  const done: ImportedFile[] = [];
  for (const file of files) done.push(await run.importFile(file));
  return { files: done, skipped };
}

class ImportRun {
  private rows = 0;
  private bytes = 0;
  private readonly totalBytes: number;

  constructor(
    files: readonly OpenedFile[],
    private readonly parts: ImportParts,
  ) {
    this.totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async importFile(file: OpenedFile): Promise<ImportedFile> {
    const { path, format } = file;
    const done = { path, kind: format.rows, rows: 0, transactions: 0, added: 0, faulty: 0 };
    const source = `import:${format.name}`;
    let batch: WhaleTransactionSeen[] = [];
    for await (const sighting of together(this.counted(file, done))) {
      const seen = this.seen(sighting, source);
      if (seen === null) this.fault(done, 'it does not fit into what can be stored');
      else batch.push(seen);
      if (batch.length === BATCH) batch = await this.store(batch, done);
    }
    await this.store(batch, done);
    return done;
  }

  /** The rows as they come; a file that cannot be read to its end costs what is left of it. */
  private async *counted(file: OpenedFile, done: ImportedFile): AsyncGenerator<BulkRow> {
    const { format } = file;
    const onBytes = (bytes: number): void => void (this.bytes += bytes);
    try {
      for await (const row of format.read(file, onBytes)) {
        this.count(row, done);
        yield row;
      }
    } catch (err) {
      if (!(err instanceof BulkFileError)) throw err;
      this.fault(done, `${err.message}; the rest of the file is left out`);
    }
  }

  private fault(done: ImportedFile, fault: string): void {
    done.faulty += 1;
    this.parts.onFault(done.path, done.rows, fault);
  }

  private count({ row, faults }: BulkRow, done: ImportedFile): void {
    const { path } = done;
    done.rows += 1;
    this.rows += 1;
    if (faults.length > 0) done.faulty += 1;
    for (const fault of faults) this.parts.onFault(path, row, fault);
    const { rows, bytes, totalBytes } = this;
    this.parts.onProgress({ path, rows, bytes, totalBytes });
  }

  /** Valued by a peg or by what the file says: the past's candles are not at hand here. */
  private seen(sighting: RecordedSighting, source: string): WhaleTransactionSeen | null {
    const legs = sighting.legs.map((leg) => valued(leg, sighting.time, () => null));
    const dataset = { kind: 'LIVE' as const, begun: this.parts.begun };
    const seen = { ...sighting, source, legs, dataset };
    return whaleTransactionSeen.schema.safeParse(seen).data ?? null;
  }

  private async store(batch: WhaleTransactionSeen[], done: ImportedFile): Promise<[]> {
    if (batch.length === 0) return [];
    const known = await this.parts.transactions.countOf(batch);
    await this.parts.journal.save(batch);
    done.transactions += batch.length;
    done.added += new Set(batch.map(idOf)).size - known;
    return [];
  }
}
