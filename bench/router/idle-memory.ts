/*
 * What a subscriber who waits for events costs in memory: JavaScript heap and buffers after a full collection,
 * against sockets that a bare `ws` server holds open for clients that sent the same.
 * Run: npm run bench:router -- idle-memory [--rounds N]
 */
import { join } from 'node:path';
import { median, report } from '../report.ts';
import { withTemporaryFolder } from '../stack.ts';
import { startLive } from './live-bench.ts';
import { PRICE_TICKED } from './market.ts';
import { Part } from './part.ts';
import { inTurns } from './rounds.ts';
import { Crowd } from './sockets.ts';

const CLIENTS = 5_000;
/** These come first, so that what is made once is there already. */
const FIRST_CLIENTS = 500;
const LIMIT_KB = 8;

interface Cost {
  /** KB for each subscriber. */
  heap: number;
  resident: number;
}

async function costOf(server: Part & { port: number }): Promise<Cost> {
  const crowd = new Crowd(server.port);
  const payload = { query: PRICE_TICKED };
  await crowd.growTo(FIRST_CLIENTS, () => payload);
  const before = await server.memory();
  await crowd.growTo(FIRST_CLIENTS + CLIENTS, () => payload);
  const after = await server.memory();
  crowd.close();
  const each = (bytes: number): number => bytes / CLIENTS / 1_024;
  return {
    heap: each(after.heapUsed + after.external - before.heapUsed - before.external),
    resident: each(after.rss - before.rss),
  };
}

async function main(folder: string): Promise<void> {
  let turn = 0;
  const costs = await inTurns(['bare', 'router'] as const, async (name) => {
    const { market, router } = await startLive(join(folder, String((turn += 1))));
    const bare = await Part.listening('bare-broadcast', { args: [String(market.port)] });
    const cost = await costOf({ bare, router }[name]);
    await Promise.all([market, router, bare].map((part) => part.stop()));
    return cost;
  });
  const of = (name: 'bare' | 'router', figure: keyof Cost): number =>
    median(costs[name].map((cost) => cost[figure]));
  for (const name of ['bare', 'router'] as const) {
    console.log(
      `${name.padEnd(8)} ${of(name, 'heap').toFixed(1)} KB of heap and buffers for each of ${CLIENTS.toLocaleString('en')} clients, ` +
        `${of(name, 'resident').toFixed(1)} KB resident`,
    );
  }
  const above = of('router', 'heap') - of('bare', 'heap');
  report({
    what: 'memory of an idle subscriber',
    target: `≤ ${LIMIT_KB} KB above a bare ws socket`,
    measured: `${above.toFixed(1)} KB`,
    met: above <= LIMIT_KB,
  });
}

await withTemporaryFolder(main);
