/*
 * What the whole stack keeps in memory a minute after its first tick: simulated, fresh and warm, and
 * with a replay that has ended. Linux only (smaps_rollup).
 * Run: node bench/memory.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { report } from './report.ts';
import { type Process, startStack, withTemporaryFolder } from './stack.ts';

const SETTLE_MS = 60_000;
const LIMIT_MB = 1_200;

/** Processes by what they are for. */
const PARTS: readonly (readonly [name: string, command: RegExp])[] = [
  ['launcher', /start\.mjs/],
  ['subgraphs', /market\/main/],
  ['feeds', /feeds\/main/],
  ['router', /router\/main/],
  ['PostgreSQL', /postgres/],
  ['Redis', /redis/],
];

async function measure(title: string, dataDir: string, env: NodeJS.ProcessEnv): Promise<void> {
  const stack = await startStack({ dataDir, env }, /First live tick|No tick yet/);
  try {
    await sleep(SETTLE_MS);
    show(title, stack.processes());
  } finally {
    await stack.stop();
  }
}

function show(title: string, processes: readonly Process[]): void {
  const sum = (some: readonly Process[], size: 'rss' | 'pss'): number =>
    Math.round(some.reduce((total, process) => total + process[size], 0));
  for (const [name] of PARTS) {
    const some = processes.filter((process) => nameOf(process) === name);
    console.log(
      `${name.padEnd(12)}${String(sum(some, 'pss')).padStart(5)} MB  (RSS ${sum(some, 'rss')} MB)`,
    );
  }
  const resident = sum(processes, 'pss');
  if (resident === 0) throw new Error('the stack is gone');
  report({
    what: `whole stack, ${title}, a minute after its first tick`,
    target: `≤ ${LIMIT_MB} MB resident`,
    measured: `${resident} MB (sum of RSS, which counts shared pages again and again: ${sum(processes, 'rss')} MB)`,
    met: resident <= LIMIT_MB,
  });
}

const nameOf = ({ command }: Process): string | undefined =>
  PARTS.find(([, pattern]) => pattern.test(command))?.[0];

/** A minute of one pair's trades. */
function writeRecording(folder: string): string {
  const file = join(folder, 'BTCUSDT-trades-2024-08-09.csv');
  const start = Date.UTC(2024, 7, 9);
  const rows = Array.from({ length: 600 }, (_, index) => {
    const [price, quantity] = [60_000 + (index % 50), 0.01];
    return [index, price, quantity, price * quantity, start + index * 100, true, true].join(',');
  });
  writeFileSync(file, `${rows.join('\n')}\n`);
  return file;
}

await withTemporaryFolder(async (folder) => {
  const simulated = { MARKET_SOURCE: 'simulated' };
  await measure('simulated, fresh', join(folder, 'data'), simulated);
  await measure('simulated, warm', join(folder, 'data'), simulated);
  await measure('after a replay', join(folder, 'replay'), {
    MARKET_SOURCE: 'replay',
    REPLAY_PATH: writeRecording(folder),
    REPLAY_SPEED: '10',
  });
});
