import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '@spyhop/platform/clock';
import { databaseUrlAs } from '@spyhop/platform/own-database';
import { CANDLE_INTERVALS, type CandleInterval } from '@spyhop/platform/topics';
import { createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { Pool } from 'pg';
import { type ImportProgress, type ImportSummary, importFiles } from './jobs/import';
import { KEEP_EVERYTHING } from './rules/retention';
import { createAssetStore } from './store/assets';
import { createCandleStore } from './store/candles';

const USAGE = `usage: npm run import -- <file or folder>... [--interval ${CANDLE_INTERVALS.join('|')}]
Imports candles and trades from bulk files (.csv, .csv.gz, .json.gz, .zip). --interval is needed
where a file's name does not say which candles it holds.`;

/** Where the command writes. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Runs the import command on a database; rejects with a message for people. */
export async function importCommand(
  args: readonly string[],
  databaseUrl: string,
  output: Output,
): Promise<ImportSummary> {
  const { paths, interval } = readArguments(args);
  await migrate(databaseUrl);
  const ownUrl = databaseUrlAs('market', databaseUrl);
  const pool = new Pool({ connectionString: ownUrl });
  // Whoever uses a lost connection is told; an idle one is just replaced.
  pool.on('error', () => undefined);
  const prisma = createPrisma(ownUrl);
  const display = new ProgressDisplay(output);
  try {
    const summary = await importFiles(paths, interval, {
      candles: createCandleStore({ pool, retention: KEEP_EVERYTHING }),
      assets: createAssetStore({ prisma }),
      clock: systemClock,
      onProgress: (progress) => display.show(progress),
    });
    display.finish(summary);
    return summary;
  } finally {
    display.clear();
    await Promise.all([pool.end(), prisma.$disconnect()]);
  }
}

function readArguments(args: readonly string[]): {
  paths: string[];
  interval: CandleInterval | null;
} {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { interval: { type: 'string' } },
  });
  const interval = CANDLE_INTERVALS.find((known) => known === values.interval) ?? null;
  if (positionals.length === 0 || (values.interval !== undefined && interval === null)) {
    throw new Error(USAGE);
  }
  return { paths: positionals, interval };
}

const REDRAW_MS = 100;
/** So many files that were passed over are named. */
const MOST_SKIPPED = 5;

/** One line that is drawn again and again on a terminal, a line per file elsewhere. */
class ProgressDisplay {
  private readonly startedAt = performance.now();
  private drawnAt = -Infinity;
  private path = '';

  constructor(private readonly output: Output) {}

  show(progress: ImportProgress): void {
    const isDue = this.output.isTTY
      ? progress.isRead || performance.now() - this.drawnAt >= REDRAW_MS
      : progress.path !== this.path;
    if (!isDue) return;
    this.drawnAt = performance.now();
    this.path = progress.path;
    const { rows, bytes, totalBytes, path, isRead } = progress;
    const percent = Math.floor((100 * bytes) / Math.max(totalBytes, 1));
    const line = `${String(percent).padStart(3)} %  ${this.amount(rows)}  ${basename(path)}${isRead ? ', storing it' : ''}`;
    this.output.write(this.output.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  clear(): void {
    if (this.output.isTTY) this.output.write('\r\x1b[K');
  }

  finish({ files, rows, changed, unfinished, addedAssets, skipped }: ImportSummary): void {
    this.clear();
    const notes = [
      `${this.amount(rows)} from ${counted(files, 'file')}; ${grouped(changed)} changed`,
      ...(unfinished > 0 ? [`left out ${counted(unfinished, 'unfinished candle')}`] : []),
      ...(addedAssets > 0 ? [`${counted(addedAssets, 'asset')} added`] : []),
      ...skipped.slice(0, MOST_SKIPPED).map((reason) => `skipped ${reason}`),
      ...(skipped.length > MOST_SKIPPED
        ? [`skipped ${counted(skipped.length - MOST_SKIPPED, 'more file')}`]
        : []),
    ];
    this.output.write(`${notes.join('\n')}\n`);
  }

  private amount(rows: number): string {
    const seconds = (performance.now() - this.startedAt) / 1_000;
    return `${grouped(rows)} rows, ${grouped(Math.round(rows / seconds))} rows/s`;
  }
}

const grouped = (count: number): string => count.toLocaleString('en-US');
const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

async function main(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl) throw new Error('DATABASE_URL must name the database to import into');
  await importCommand(process.argv.slice(2), databaseUrl, process.stdout);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
