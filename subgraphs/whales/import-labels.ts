import { type WriteStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '@spyhop/platform/clock';
import { databaseUrlAs } from '@spyhop/platform/own-database';
import { createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import {
  type LabelDefect,
  type LabelImportProgress,
  type LabelImportSummary,
  importLabels,
} from './jobs/import-labels';
import { type Chains, wellKnownChains } from './rules/chains';
import { LabelStore } from './store/labels';

const USAGE = `usage: npm run whales:labels -- <file or folder>... [--defects FILE.csv] [--remove]
Imports labels of wallets from .csv, .json and .yaml files, also with .gz; docs/whales.md says in what
formats. --defects writes all rows that gave no label, with the reason.
--remove takes back the labels that the files have.`;

/** Where the command writes. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Runs the import command on a database; rejects with a message for people. */
export async function importLabelsCommand(
  args: readonly string[],
  databaseUrl: string,
  output: Output,
  chains: Chains = wellKnownChains,
): Promise<LabelImportSummary> {
  const { positionals: paths, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { defects: { type: 'string' }, remove: { type: 'boolean', default: false } },
  });
  if (paths.length === 0) throw new Error(USAGE);
  await migrate(databaseUrl);
  const prisma = createPrisma(databaseUrlAs('whales', databaseUrl));
  const { defects, remove: removes } = values;
  const report = new Report(output, { defects, removes });
  try {
    const summary = await importLabels(paths, {
      ...{ labels: new LabelStore(prisma, systemClock), chains, removes },
      onProgress: (progress) => report.show(progress),
      onDefect: (defect) => report.add(defect),
    });
    report.finish(summary);
    return summary;
  } finally {
    await Promise.all([report.close(), prisma.$disconnect()]);
  }
}

const REDRAW_MS = 100;
/** So many rows that gave no label are shown of each file. */
const MOST_SHOWN = 20;

/** What people see while it runs, and after. */
class Report {
  private readonly startedAt = performance.now();
  private drawnAt = -Infinity;
  private path = '';
  private shown = 0;
  private readonly defects: WriteStream | null;

  constructor(
    private readonly output: Output,
    private readonly options: { defects: string | undefined; removes: boolean },
  ) {
    this.defects = options.defects === undefined ? null : createWriteStream(options.defects);
    this.defects?.write('file,row,reason\n');
  }

  show({ path, rows, bytes, totalBytes }: LabelImportProgress): void {
    const isNew = path !== this.path;
    if (isNew) this.shown = 0;
    this.path = path;
    if (this.output.isTTY ? performance.now() - this.drawnAt < REDRAW_MS : !isNew) return;
    this.drawnAt = performance.now();
    const percent = Math.floor((100 * bytes) / Math.max(totalBytes, 1));
    const line = `${String(percent).padStart(3)} %  ${grouped(rows)} rows  ${basename(path)}`;
    this.output.write(this.output.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  add({ path, row, reason }: LabelDefect): void {
    this.defects?.write(`${[path, String(row), reason].map(csvField).join(',')}\n`);
    this.shown += 1;
    if (this.shown > MOST_SHOWN + 1) return;
    const line =
      this.shown > MOST_SHOWN
        ? `${basename(path)}: more rows are left out; --defects FILE.csv writes all of them`
        : `${basename(path)}, row ${row}: left out, ${reason}`;
    this.output.write(`${this.clearing()}${line}\n`);
  }

  finish({ files, rows, defects, changed, ...all }: LabelImportSummary): void {
    const seconds = ((performance.now() - this.startedAt) / 1_000).toFixed(1);
    this.output.write(
      `${this.clearing()}${grouped(rows)} rows of ${grouped(files)} files in ${seconds} s: ` +
        `${grouped(changed)} labels ${this.options.removes ? 'removed' : 'new or changed'}, ${grouped(defects)} rows left out\n` +
        `now ${grouped(all.labels)} labels of ${grouped(all.wallets)} wallets; ` +
        `of ${grouped(all.disputed)} wallets sources name different owners\n`,
    );
  }

  async close(): Promise<void> {
    if (this.defects === null) return;
    this.defects.end();
    await once(this.defects, 'close');
  }

  private clearing(): string {
    return this.output.isTTY ? '\r\x1b[K' : '';
  }
}

const csvField = (text: string): string =>
  /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const grouped = (count: number): string => count.toLocaleString('en-US');
