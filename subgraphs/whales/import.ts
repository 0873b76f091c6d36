import { basename } from 'node:path';
import { systemClock } from '@spyhop/platform/clock';
import { databaseUrlAs } from '@spyhop/platform/own-database';
import { createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { PipelinedDatabase } from '@spyhop/prisma/pipelined';
import {
  type ImportProgress,
  type ImportSummary,
  type ImportedFile,
  importFiles,
} from './jobs/import';
import type { ClosesAt } from './jobs/past-prices';
import { type Chains, wellKnownChains } from './rules/chains';
import { Folds } from './store/folds';
import { Journal } from './store/journal';
import { LabelStore } from './store/labels';
import { RecordedFlowStore } from './store/recorded-flows';
import { TransactionStore } from './store/transactions';

const USAGE = `usage: npm run whales:import -- <file or folder>...
Imports recorded whales: answers and messages of Whale Alert, exports of ethereum-etl and Solscan, lists of on-chain
scans, exchange flows of Dune (.json, .jsonl, .csv, also .gz). What is wrong with a row is told row by row.`;

/** Where the command writes. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Runs the import command on a database, with the market's closes; rejects with a message for people. */
export async function importCommand(
  paths: readonly string[],
  databaseUrl: string,
  closesAt: ClosesAt,
  output: Output,
  chains: Chains = wellKnownChains,
): Promise<ImportSummary> {
  if (paths.length === 0) throw new Error(USAGE);
  await migrate(databaseUrl);
  const url = databaseUrlAs('whales', databaseUrl);
  const prisma = createPrisma(url);
  const storing = new PipelinedDatabase(url);
  const display = new ProgressDisplay(output);
  try {
    const summary = await importFiles(paths, {
      journal: new Journal(storing, new Folds()),
      transactions: new TransactionStore(prisma),
      labels: new LabelStore(prisma, systemClock),
      recordedFlows: new RecordedFlowStore(prisma),
      ...{ closesAt, chains },
      begun: systemClock(),
      onProgress: (progress) => display.show(progress),
      onFault: (path, row, fault) => display.say(`${basename(path)}, row ${row}: ${fault}`),
    });
    display.finish(summary);
    return summary;
  } finally {
    display.clear();
    await Promise.all([prisma.$disconnect(), storing.close()]);
  }
}

const REDRAW_MS = 100;
/** Off a terminal a line is no place to draw on again. */
const SAY_AGAIN_MS = 1_000;

/** One line that is drawn again and again on a terminal, one a second elsewhere; lines that stay go above it. */
class ProgressDisplay {
  private drawnAt = performance.now();

  constructor(private readonly output: Output) {}

  show({ path, rows, bytes, totalBytes }: ImportProgress): void {
    const now = performance.now();
    if (now - this.drawnAt < (this.output.isTTY ? REDRAW_MS : SAY_AGAIN_MS)) return;
    this.drawnAt = now;
    const percent = Math.floor((100 * bytes) / Math.max(totalBytes, 1));
    const line = `${String(percent).padStart(3)} %  ${grouped(rows)} rows  ${basename(path)}`;
    this.output.write(this.output.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  say(line: string): void {
    this.clear();
    this.output.write(`${line}\n`);
  }

  clear(): void {
    if (this.output.isTTY) this.output.write('\r\x1b[K');
  }

  finish({ files, skipped }: ImportSummary): void {
    for (const reason of skipped) this.say(`skipped ${reason}`);
    for (const file of files) this.say(sentenceOf(file));
  }
}

const grouped = (count: number): string => count.toLocaleString('en-US');

function sentenceOf({ path, kind, rows, idle, faulty, ...became }: ImportedFile): string {
  const unmoved = idle === 0 || became.transactions === 0 ? '' : `; ${grouped(idle)} move nothing`;
  const wrong = faulty === 0 ? '' : `; something is wrong with ${grouped(faulty)}`;
  return `${basename(path)}: ${grouped(rows)} ${kind}, ${becameOf(became)}${unmoved}${wrong}`;
}

function becameOf({
  transactions,
  added,
  hours,
}: Pick<ImportedFile, 'transactions' | 'added' | 'hours'>): string {
  if (transactions > 0)
    return `${grouped(transactions)} transactions, ${grouped(added)} of them new`;
  if (hours === null) return 'nothing in them to store';
  const told = `${grouped(hours.told)} hours of exchange flows`;
  if (hours.added + hours.changed === 0) return `${told}, all of them known: nothing has changed`;
  const changed = hours.changed === 0 ? '' : ` and ${grouped(hours.changed)} changed`;
  return `${told}, ${grouped(hours.added)} of them new${changed}`;
}
