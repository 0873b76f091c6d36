import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type WhalesRig, startWhales, until } from './rig';

let whales: WhalesRig;
beforeAll(async () => {
  whales = await startWhales();
  await fill(whales, 200_000);
}, 900_000);
afterAll(() => whales?.stop());

/**
 * As many transactions, of which one in a thousand is large and goes to an exchange, one in ten thousand is of
 * LINK, and one in a thousand begins a fold of three.
 */
async function fill({ prisma, databaseUrl }: WhalesRig, count: number): Promise<void> {
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
    INSERT INTO whales.party_owner (term, symbol, chain, hash, time, usd_band, is_fold, listed_band,
      listed_direction)
    SELECT term, symbol, chain, hash, time, usd_band, is_fold, listed_band, listed_direction
    FROM whales.asset_move CROSS JOIN LATERAL (VALUES
      ('kind:UNKNOWN'), ('kind:' || CASE hash::bigint % 5000 WHEN 0 THEN 'FUND' ELSE 'EXCHANGE' END),
      ('owner:' || CASE hash::bigint % 4000 WHEN 0 THEN 'rare' ELSE 'binance' END)) AS named(term)`;
  await prisma.$executeRaw`
    INSERT INTO whales.pattern_move (pattern_id, chain, hash, time, usd_band, rule, symbol)
    SELECT 'MINT:' || hash, chain, hash, time, usd_band, 'MINT', symbol
    FROM whales.asset_move WHERE right(hash, 1) = '7'`;
  await analyse(databaseUrl);
  // Nobody looks for patterns among them meanwhile, which reads too.
  await prisma.$executeRaw`UPDATE whales.pattern_progress SET position = ${count}`;
  await prisma.$executeRaw`UPDATE whales.journal SET position = ${count}, kind = 'LIVE'`;
  // Of what was read to fill the others from the first.
  await until(async () => (await scanned()) >= 3 * count);
}

/** Looks at all rows, and at no others later: plans are not to hang on which ones a sample has. */
async function analyse(databaseUrl: string): Promise<void> {
  // Of its own, for it may take longer than others may.
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const tables = ['transaction', 'asset_move', 'party_owner', 'pattern_move'];
  for (const table of tables) {
    await client.query(`ALTER TABLE whales.${table} SET (autovacuum_enabled = false)`);
  }
  await client.query('SET default_statistics_target = 10000');
  await client.query(`ANALYZE ${tables.map((table) => `whales.${table}`).join(', ')}`);
  await client.end();
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

/** How often an index was gone into so far, and how many of its rows were read. */
async function walked(index: string): Promise<{ walks: number; rows: number }> {
  const [row] = await whales.prisma.$queryRaw<{ walks: number; rows: number }[]>`
    SELECT idx_scan::int AS walks, idx_tup_read::int AS rows FROM pg_stat_user_indexes
    WHERE schemaname = 'whales' AND indexrelname = ${index}`;
  if (row === undefined) throw new Error(`there is no ${index}`);
  return row;
}

describe('a page of 200,000 transactions', () => {
  it.each([
    ['all', {}, 50, 'transaction_listed_band_idx'],
    ['one in a thousand that is large', { minUsd: '10000000' }, 50, 'transaction_listed_band_idx'],
    [
      'one in a thousand of a limit within a band',
      { minUsd: '20000000' },
      50,
      'transaction_listed_band_idx',
    ],
    ['one in fifty by its chain', { chains: ['tron'] }, 50, 'transaction_listed_chain_idx'],
    ['one in ten thousand by its asset', { assets: ['LINK'] }, 20, 'asset_move_listed_band_idx'],
    [
      'a large one of an asset on a chain',
      { assets: ['BTC'], chains: ['tron'], minUsd: '10000000' },
      50,
      'asset_move_listed_chain_idx',
    ],
    [
      'an asset, of a limit within a band',
      { assets: ['BTC'], minUsd: '20000000' },
      50,
      'asset_move_listed_band_idx',
    ],
    [
      'one in a thousand by its direction',
      { directions: ['TO_EXCHANGE'] },
      50,
      'transaction_listed_direction_idx',
    ],
    ['heads of folds', { folded: true }, 50, 'transaction_heads_idx'],
    [
      'heads of folds of an asset',
      { folded: true, assets: ['BTC'], minUsd: '200000' },
      50,
      'asset_move_heads_idx',
    ],
    ['all by themselves', { raw: true }, 50, 'transaction_usd_band_time_chain_hash_idx'],
    [
      'large ones by themselves',
      { raw: true, minUsd: '20000000' },
      50,
      'transaction_usd_band_time_chain_hash_idx',
    ],
    ['none', { assets: ['NONE'] }, 0, 'asset_move_listed_band_idx'],
    [
      'almost all by a kind of owner',
      { ownerKinds: ['EXCHANGE'] },
      50,
      'party_owner_listed_band_idx',
    ],
    [
      'one in five thousand by a kind of owner',
      { ownerKinds: ['FUND'] },
      40,
      'party_owner_listed_band_idx',
    ],
    ['one in four thousand by an owner', { labels: ['rare'] }, 50, 'party_owner_listed_band_idx'],
    [
      'an owner of a kind',
      { labels: ['rare'], ownerKinds: ['FUND'] },
      10,
      'party_owner_listed_band_idx',
    ],
    [
      'an owner and an asset',
      { labels: ['rare'], assets: ['LINK'] },
      10,
      'party_owner_listed_symbol_idx',
    ],
    [
      'a large one of a kind of owner and an asset',
      { ownerKinds: ['FUND'], assets: ['BTC'], minUsd: '20000000' },
      20,
      'party_owner_listed_symbol_idx',
    ],
    [
      'a large one of an owner, of a limit within a band',
      { labels: ['binance'], minUsd: '20000000' },
      50,
      'party_owner_listed_band_idx',
    ],
    [
      'a large one of an owner, by itself',
      { labels: ['binance'], minUsd: '20000000', raw: true },
      50,
      'party_owner_term_usd_band_time_chain_hash_idx',
    ],
    ['those withdrawn too', { withdrawn: true }, 50, 'transaction_listed_band_idx'],
    ['a pattern', { pattern: 'MINT' }, 50, 'pattern_move_rule_usd_band_time_chain_hash_idx'],
    [
      'an asset in a direction',
      { assets: ['BTC'], directions: ['TO_EXCHANGE'] },
      50,
      'asset_move_listed_direction_idx',
    ],
    [
      'an owner in a direction',
      { labels: ['binance'], directions: ['TO_EXCHANGE'] },
      50,
      'party_owner_listed_direction_idx',
    ],
    [
      'an owner on a chain',
      { labels: ['binance'], chains: ['tron'] },
      50,
      'party_owner_listed_chain_idx',
    ],
    [
      'heads of folds of an owner',
      { labels: ['binance'], folded: true },
      50,
      'party_owner_heads_idx',
    ],
    [
      'an asset where it never is',
      { assets: ['LINK'], chains: ['bitcoin'] },
      0,
      'asset_move_listed_chain_idx',
    ],
    [
      'a kind of owner where it never is',
      { ownerKinds: ['UNKNOWN'], chains: ['dogecoin'] },
      0,
      'party_owner_listed_chain_idx',
    ],
    [
      'a kind of owner in a direction that none takes',
      { ownerKinds: ['UNKNOWN'], directions: ['INTERNAL'] },
      0,
      'party_owner_listed_direction_idx',
    ],
  ])('of %s is read from its index, also the next one', async (_, filter, most, index) => {
    const [before, walkedBefore] = [await scanned(), await walked(index)];
    const first = await whales.graph.data<Page>(LIST, { filter });
    expect(first.whaleTransactions.edges).toHaveLength(most);
    const { endCursor } = first.whaleTransactions.pageInfo;
    if (endCursor !== null) await whales.graph.data<Page>(LIST, { filter, after: endCursor });
    // Flushed by each connection when it becomes idle, at the latest after a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await scanned()) - before).toBe(0);
    await until(async () => (await walked(index)).walks > walkedBefore.walks);
    const { rows } = await walked(index);
    // Of each of sixteen bands no more than a page.
    expect(rows - walkedBefore.rows).toBeLessThanOrEqual(2 * 16 * 51);
  });
});
