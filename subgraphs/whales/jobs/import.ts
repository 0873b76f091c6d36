import { type WhaleTransactionSeen, whaleTransactionSeen } from '@spyhop/platform/topics';
import { type BulkRow, type RecordedSighting, together } from '../feeds/bulk/format';
import { BulkFileError } from '../feeds/bulk/file';
import { type OpenedFile, openBulkFiles } from '../feeds/bulk/open';
import type { Chains } from '../rules/chains';
import { HourSums } from '../rules/recorded-flows';
import { type PriceAt, valued } from '../rules/valuation';
import type { HoursStored, RecordedFlowStore } from '../store/recorded-flows';
import type { TransactionStore } from '../store/transactions';
import { type ClosesAt, pastPrices } from './past-prices';
import { type SaveLabelledParts, saveLabelled } from './save-labelled';

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
  /** Rows in which there is nothing wrong and nothing has moved. */
  idle: number;
  /** Rows with something wrong; what is right about them is taken all the same. */
  faulty: number;
  /** Of flows that its rows tell of; null where they tell of none. */
  hours: (HoursStored & { told: number }) | null;
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

export interface ImportParts extends SaveLabelledParts {
  transactions: Pick<TransactionStore, 'countOf'>;
  recordedFlows: Pick<RecordedFlowStore, 'save'>;
  /** Of the market's own candles. */
  closesAt: ClosesAt;
  chains: Chains;
  /** When the import began, epoch ms. */
  begun: number;
  onProgress: (progress: ImportProgress) => void;
  /** Called once for each thing that is wrong with a row, numbered from 1. */
  onFault: (path: string, row: number, fault: string) => void;
}

const BATCH = 500;
const HOURS_AT_ONCE = 5_000;

/** What a file tells of, and the row that it has been read up to. */
interface Told {
  sighting: RecordedSighting;
  row: number;
}

/** Stores what recorded files tell of, valued and named as what live sources tell of is; what is stored already changes nothing. */
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
    const done: ImportedFile = {
      ...{ path, kind: format.rows, rows: 0, transactions: 0 },
      ...{ added: 0, idle: 0, faulty: 0, hours: null },
    };
    const hours = new HourSums();
    const source = `import:${format.name}`;
    let batch: Told[] = [];
    for await (const sighting of together(this.counted(file, done, hours))) {
      if (batch.push({ sighting, row: done.rows }) < BATCH) continue;
      await this.store(batch, source, done);
      batch = [];
    }
    if (batch.length > 0) await this.store(batch, source, done);
    await this.storeHours(hours, source, done);
    return done;
  }

  /** The rows as they come; a file that cannot be read to its end costs what is left of it. */
  private async *counted(
    file: OpenedFile,
    done: ImportedFile,
    hours: HourSums,
  ): AsyncGenerator<BulkRow> {
    const { format } = file;
    const onBytes = (bytes: number): void => void (this.bytes += bytes);
    try {
      for await (const row of format.read(file, onBytes, this.parts.chains)) {
        this.count(withFlowIn(hours, row), done);
        yield row;
      }
    } catch (err) {
      if (!(err instanceof BulkFileError)) throw err;
      this.fault(done, done.rows, `${err.message}; the rest of the file is left out`);
    }
  }

  private fault(done: ImportedFile, row: number, fault: string): void {
    done.faulty += 1;
    this.parts.onFault(done.path, row, fault);
  }

  private count({ row, sighting, flow, faults }: BulkRow, done: ImportedFile): void {
    const { path } = done;
    done.rows += 1;
    this.rows += 1;
    if (faults.length > 0) done.faulty += 1;
    else if (sighting === null && flow === undefined) done.idle += 1;
    for (const fault of faults) this.parts.onFault(path, row, fault);
    const { rows, bytes, totalBytes } = this;
    this.parts.onProgress({ path, rows, bytes, totalBytes });
  }

  private async store(batch: readonly Told[], source: string, done: ImportedFile): Promise<void> {
    const { closesAt, transactions } = this.parts;
    const priceAt = await pastPrices(
      closesAt,
      batch.map(({ sighting }) => sighting),
    );
    const all = batch.flatMap(({ sighting, row }) => {
      const seen = this.seen(sighting, source, priceAt);
      if (seen === null) this.fault(done, row, 'it does not fit into what can be stored');
      return seen ?? [];
    });
    if (all.length === 0) return;
    const known = await transactions.countOf(all);
    await saveLabelled(this.parts, all);
    done.transactions += all.length;
    done.added += (await transactions.countOf(all)) - known;
  }

  private async storeHours(sums: HourSums, source: string, done: ImportedFile): Promise<void> {
    const hours = sums.all();
    if (hours.length === 0) return;
    const stored = { told: hours.length, added: 0, changed: 0 };
    for (let at = 0; at < hours.length; at += HOURS_AT_ONCE) {
      const { added, changed } = await this.parts.recordedFlows.save(
        source,
        hours.slice(at, at + HOURS_AT_ONCE),
      );
      stored.added += added;
      stored.changed += changed;
    }
    done.hours = stored;
  }

  private seen(
    sighting: RecordedSighting,
    source: string,
    priceAt: PriceAt,
  ): WhaleTransactionSeen | null {
    const legs = sighting.legs.map((leg) => valued(leg, sighting.time, priceAt));
    const dataset = { kind: 'LIVE' as const, begun: this.parts.begun };
    const seen = { ...sighting, source, legs, dataset };
    return whaleTransactionSeen.schema.safeParse(seen).data ?? null;
  }
}

/** Adds up what a row tells of flows; the row with what is wrong with that. */
function withFlowIn(hours: HourSums, row: BulkRow): BulkRow {
  const fault = row.flow === undefined ? null : hours.add(row.flow);
  return fault === null ? row : { ...row, faults: [...row.faults, fault] };
}
