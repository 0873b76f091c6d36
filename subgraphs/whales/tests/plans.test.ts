import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { slowdown } from '@spyhop/platform/testkit/own-time';
import { type WhalesRig, startWhales, until } from './rig';

let whales: WhalesRig;
beforeAll(async () => {
  whales = await startWhales();
  await fill(whales, 200_000);
}, 240_000);
afterAll(() => whales?.stop());

/**
 * As many transactions, of which one in a thousand is large and goes to an exchange, one in ten thousand is of
 * LINK, and one in a thousand begins a fold of three.
 */
async function fill({ prisma }: WhalesRig, count: number): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO whales.transaction (chain, hash, position, time, usd, usd_band, legs, sources,
      direction, fold_hash, listed_band, listed_usd, listed_direction)
    SELECT chain, hash, n, time, usd, band, '[]', ARRAY['test'], direction, fold_hash,
      CASE WHEN is_listed THEN band END, CASE WHEN is_listed THEN usd END,
      CASE WHEN is_listed THEN direction END
    FROM generate_series(1, ${count}::int) AS n CROSS JOIN LATERAL (
      SELECT CASE n % 50 WHEN 0 THEN 'tron' ELSE 'bitcoin' END AS chain,
        lpad(n::text, 64, '0') AS hash, '2024-01-01Z'::timestamptz + n * interval '1 second' AS time,
        CASE n % 1000 WHEN 0 THEN 50000000 ELSE 300000 END AS usd,
        CASE n % 1000 WHEN 0 THEN 8 ELSE 6 END AS band,
        CASE n % 1000 WHEN 0 THEN 'TO_EXCHANGE' ELSE 'ELSEWHERE' END AS direction,
        CASE WHEN n % 1000 IN (1, 2, 3) THEN lpad((n - n % 1000 + 1)::text, 64, '0') END AS fold_hash,
        n % 1000 NOT IN (2, 3) AS is_listed
    ) AS given`;
  await prisma.$executeRaw`
    INSERT INTO whales.asset_move (symbol, chain, hash, time, usd_band, amount, usd, direction,
      is_fold, listed_band, listed_direction)
    SELECT CASE position % 10000 WHEN 0 THEN 'LINK' ELSE 'BTC' END, chain, hash, time, usd_band, 1,
      usd, direction, coalesce(fold_hash = hash, false), listed_band, listed_direction
    FROM whales.transaction`;
  await prisma.$executeRaw`
    INSERT INTO whales.party_owner (term, chain, hash, time, usd_band)
    SELECT term, chain, hash, time, usd_band FROM whales.transaction CROSS JOIN LATERAL (VALUES
      ('kind:UNKNOWN'), ('kind:' || CASE position % 5000 WHEN 0 THEN 'FUND' ELSE 'EXCHANGE' END),
      ('owner:' || CASE position % 4000 WHEN 0 THEN 'rare' ELSE 'binance' END)) AS named(term)`;
  await prisma.$executeRaw`UPDATE whales.journal SET position = ${count}, kind = 'LIVE'`;
  await prisma.$executeRaw`ANALYZE whales.transaction`;
  await prisma.$executeRaw`ANALYZE whales.asset_move`;
  await prisma.$executeRaw`ANALYZE whales.party_owner`;
  // Of what was read to fill the others from the first.
  await until(async () => (await scanned()) >= 2 * count);
}

const LIST = `query ($filter: WhaleTransactionFilter, $after: String) {
  whaleTransactions(filter: $filter, first: 50, after: $after) {
    edges { node { hash } } pageInfo { endCursor }
  }
}`;

interface Page {
  whaleTransactions: { edges: unknown[]; pageInfo: { endCursor: string | null } };
}

/** Rows that PostgreSQL has read one after the other, without an index, so far; but of tables of a few rows. */
async function scanned(): Promise<number> {
  await whales.prisma.$executeRaw`SELECT pg_stat_force_next_flush()`;
  const [row] = await whales.prisma.$queryRaw<{ rows: number }[]>`
    SELECT sum(seq_tup_read)::float8 AS rows FROM pg_stat_user_tables WHERE schemaname = 'whales'
      AND relname NOT IN ('journal', 'pattern_progress', 'pattern_history')`;
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
    ['one in a thousand by its direction', { directions: ['TO_EXCHANGE'] }, 50],
    ['heads of folds', { folded: true }, 50],
    ['heads of folds of an asset', { folded: true, assets: ['BTC'], minUsd: '200000' }, 50],
    ['all by themselves', { raw: true }, 50],
    ['large ones by themselves', { raw: true, minUsd: '20000000' }, 50],
    ['none', { assets: ['NONE'] }, 0],
    ['almost all by a kind of owner', { ownerKinds: ['EXCHANGE'] }, 50],
    ['one in five thousand by a kind of owner', { ownerKinds: ['FUND'] }, 40],
    ['one in four thousand by an owner', { labels: ['rare'] }, 50],
    ['an owner of a kind', { labels: ['rare'], ownerKinds: ['FUND'] }, 10],
    ['an owner and an asset', { labels: ['rare'], assets: ['LINK'] }, 10],
    [
      'a large one of a kind of owner and an asset',
      { ownerKinds: ['EXCHANGE'], assets: ['BTC'], minUsd: '20000000' },
      50,
    ],
    [
      'a large one of an owner, of a limit within a band',
      { labels: ['binance'], minUsd: '20000000' },
      50,
    ],
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
