import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { slowdown } from '@spyhop/platform/testkit/own-time';
import { type WhalesRig, startWhales, until } from './rig';

let whales: WhalesRig;
beforeAll(async () => {
  whales = await startWhales();
  await fill(whales, 200_000);
});
afterAll(() => whales?.stop());

/** As many transactions, of which one in a thousand is large and one in ten thousand is of LINK. */
async function fill({ prisma }: WhalesRig, count: number): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO whales.transaction (chain, hash, position, time, usd, usd_band, legs, sources)
    SELECT CASE n % 50 WHEN 0 THEN 'tron' ELSE 'bitcoin' END, lpad(n::text, 64, '0'), n,
      '2024-01-01Z'::timestamptz + n * interval '1 second',
      CASE n % 1000 WHEN 0 THEN 50000000 ELSE 300000 END,
      CASE n % 1000 WHEN 0 THEN 8 ELSE 6 END, '[]', ARRAY['test']
    FROM generate_series(1, ${count}::int) AS n`;
  await prisma.$executeRaw`
    INSERT INTO whales.asset_move (symbol, chain, hash, time, usd_band, amount, usd, direction)
    SELECT CASE position % 10000 WHEN 0 THEN 'LINK' ELSE 'BTC' END, chain, hash, time, usd_band, 1,
      usd, 'ELSEWHERE' FROM whales.transaction`;
  await prisma.$executeRaw`UPDATE whales.journal SET position = ${count}, kind = 'LIVE'`;
  await prisma.$executeRaw`ANALYZE whales.transaction`;
  await prisma.$executeRaw`ANALYZE whales.asset_move`;
  // Of what was read to fill the second one from the first.
  await until(async () => (await scanned()) >= count);
}

const LIST = `query ($filter: WhaleTransactionFilter, $after: String) {
  whaleTransactions(filter: $filter, first: 50, after: $after) {
    edges { node { hash } } pageInfo { endCursor }
  }
}`;

interface Page {
  whaleTransactions: { edges: unknown[]; pageInfo: { endCursor: string | null } };
}

/** Rows that PostgreSQL has read one after the other, without an index, so far. */
async function scanned(): Promise<number> {
  await whales.prisma.$executeRaw`SELECT pg_stat_force_next_flush()`;
  const [row] = await whales.prisma.$queryRaw<{ rows: number }[]>`
    SELECT sum(seq_tup_read)::float8 AS rows FROM pg_stat_user_tables WHERE schemaname = 'whales'
      AND relname <> 'journal'`;
  return row?.rows ?? 0;
}

describe('a page of 200,000 transactions', () => {
  it.each([
    ['all', {}, 50],
    ['one in a thousand that is large', { minUsd: '10000000' }, 50],
    ['one in a thousand of a limit within a band', { minUsd: '20000000' }, 50],
    ['one in fifty by its chain', { chains: ['tron'] }, 50],
    ['one in ten thousand by its asset', { assets: ['LINK'] }, 20],
    [
      'a large one of an asset on a chain',
      { assets: ['BTC'], chains: ['tron'], minUsd: '10000000' },
      50,
    ],
    ['an asset, of a limit within a band', { assets: ['BTC'], minUsd: '20000000' }, 50],
    ['none', { assets: ['NONE'] }, 0],
  ])('of %s is read from an index, also the next one', async (_, filter, most) => {
    const before = await scanned();
    const first = await whales.graph.data<Page>(LIST, { filter });
    expect(first.whaleTransactions.edges).toHaveLength(most);
    const { endCursor } = first.whaleTransactions.pageInfo;
    const began = performance.now();
    if (endCursor !== null) await whales.graph.data<Page>(LIST, { filter, after: endCursor });
    // Reading all rows would take longer.
    expect(performance.now() - began).toBeLessThan(2_000 * slowdown());
    // Flushed by each connection when it becomes idle, at the latest after a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await scanned()) - before).toBe(0);
  });
});
