import { Client } from 'pg';

/** Tables of the feed, whose keys and indexes are made after they are filled. */
const TABLES = ['transaction', 'asset_move', 'party_owner', 'pattern_move', 'fold'];
/** Rows that are drawn at once. */
const BATCH = 500_000;

/** A number from 0 to 1 for each event, the same in every run. */
const DRAW = (salt: number): string => `(hashint8extended(event, ${salt}) & 1048575) / 1048576.0`;

/**
 * One in ten is worth ten million or more, one in ten on another chain, one in a hundred of LINK, one in fifty paid
 * by an exchange, a miner or to Kraken, and one in fifty part of a pattern: of 10,000 too, a page of each is full.
 * LINK is never on tron, and a miner pays neither in USDT nor into an exchange. One in twenty-five begins a fold of
 * three, a chain between wallets of nobody that ends at a customer's address of OKX.
 */
const drawnSql = (from: number, to: number): string => `
  CREATE TEMP TABLE drawn AS
  SELECT n, usd, symbol, party, owner, event, length(trunc(usd)::text) AS band, is_folded,
    CASE WHEN ${DRAW(1)} < 0.1 AND symbol <> 'LINK' THEN 'tron' ELSE 'bitcoin' END AS chain,
    md5(n::text) || md5((n + 1)::text) AS hash,
    CASE WHEN is_folded THEN md5(event::text) || md5((event + 1)::text) END AS fold_hash,
    timestamptz '2020-01-01Z' + n * interval '15 seconds' AS time,
    CASE party WHEN 'EXCHANGE_HOT' THEN 'TO_EXCHANGE' WHEN 'EXCHANGE_COLD' THEN 'FROM_EXCHANGE'
      ELSE 'ELSEWHERE' END AS direction
  FROM generate_series(${from}::bigint, ${to}::bigint) AS n, LATERAL (
    SELECT n % 25 < 3 AS is_folded, CASE WHEN n % 25 < 3 THEN n - n % 25 ELSE n END AS event
  ) AS kept, LATERAL (
    SELECT CASE WHEN ${DRAW(2)} < 0.01 THEN 'LINK' WHEN ${DRAW(2)} < 0.5 THEN 'BTC' ELSE 'USDT' END AS symbol,
      round((250000 * power(40, 2 * ${DRAW(3)}) / CASE WHEN ${DRAW(3)} < 0.9 THEN 4 ELSE 1 END)::numeric, 2)
        AS usd
  ) AS moved, LATERAL (
    SELECT CASE WHEN is_folded THEN 'UNKNOWN'
      WHEN ${DRAW(4)} < 0.03 AND symbol <> 'USDT' THEN 'MINER'
      WHEN ${DRAW(4)} < 0.05 THEN 'EXCHANGE_COLD'
      WHEN ${DRAW(4)} < 0.4 THEN 'UNKNOWN' ELSE 'EXCHANGE_HOT' END AS party
  ) AS taking, LATERAL (
    SELECT CASE WHEN party = 'MINER' THEN 'f2pool' WHEN party = 'UNKNOWN' THEN NULL
      WHEN ${DRAW(5)} < 0.04 THEN 'kraken' ELSE 'binance' END AS owner
  ) AS named`;

/** As lists show it: a fold by its first transaction, as a deposit. */
const LISTED = `
  CASE WHEN n = event THEN band END,
  CASE WHEN is_folded AND n = event THEN 'TO_EXCHANGE' WHEN n = event THEN direction END`;

/** What the journal would write. */
const STORED = [
  `INSERT INTO whales.transaction (chain, hash, position, time, usd, usd_band, legs, sources, direction,
     fold_hash, listed_usd, listed_band, listed_direction)
   SELECT chain, hash, n, time, usd, band,
     jsonb_build_array(jsonb_build_object('symbol', symbol, 'kind', 'TRANSFER',
       'baseUnits', (trunc(usd * 100000))::text, 'decimals', 8, 'usd', usd::text, 'usdBasis', 'CANDLES',
       CASE direction WHEN 'TO_EXCHANGE' THEN 'from' ELSE 'to' END, jsonb_build_array(jsonb_build_object(
         'address', 'bc1q' || left(hash, 38), 'owner', null, 'ownerKind', 'UNKNOWN')),
       CASE direction WHEN 'TO_EXCHANGE' THEN 'to' ELSE 'from' END, jsonb_build_array(jsonb_build_object(
         'address', 'bc1q' || right(hash, 38), 'owner', owner, 'ownerKind', party)))),
     '{bench}', direction, fold_hash, CASE WHEN n = event THEN usd END, ${LISTED}
   FROM drawn`,
  `INSERT INTO whales.asset_move (symbol, chain, hash, time, usd_band, amount, usd, direction, is_fold,
     listed_band, listed_direction)
   SELECT symbol, chain, hash, time, band, usd / 1000, usd, direction, is_folded AND n = event, ${LISTED}
   FROM drawn`,
  `INSERT INTO whales.party_owner (term, symbol, chain, hash, time, usd_band, is_fold, listed_band,
     listed_direction)
   SELECT DISTINCT ON (n, term) term, symbol, chain, hash, time,
     CASE WHEN term = 'kind:UNKNOWN' OR NOT is_folded THEN band END, is_folded AND n = event, ${LISTED}
   FROM drawn, LATERAL (VALUES ('kind:UNKNOWN'), ('kind:' || party), ('owner:' || owner),
     (CASE WHEN is_folded AND n = event THEN 'kind:EXCHANGE_DEPOSIT' END),
     (CASE WHEN is_folded AND n = event THEN 'owner:okx' END)) AS found (term)
   WHERE term IS NOT NULL`,
  `INSERT INTO whales.fold (chain, hash, reason, symbol, members, amount, rest, usd, first_time, last_time,
     "from", "to")
   SELECT chain, hash, 'PEEL_CHAIN', symbol, 3, usd / 1000, usd / 1000, usd, time, time + interval '30 seconds',
     jsonb_build_array(jsonb_build_object('address', 'bc1q' || left(hash, 38), 'owner', null, 'ownerKind',
       'UNKNOWN')),
     jsonb_build_array(jsonb_build_object('address', 'bc1q' || right(hash, 38), 'owner', 'okx', 'ownerKind',
       'EXCHANGE_DEPOSIT'))
   FROM drawn WHERE is_folded AND n = event`,
  `INSERT INTO whales.pattern_move (pattern_id, chain, hash, time, usd_band, rule, symbol)
   SELECT 'MINT:' || hash, chain, hash, time, band, 'MINT', symbol FROM drawn WHERE n % 50 = 10`,
];

/** Fills a migrated database with so many transactions; resolves to seconds and bytes that it took. */
export async function seedWhales(
  databaseUrl: string,
  rows: number,
): Promise<{ seconds: number; bytes: number }> {
  const startedAt = performance.now();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'`);
    const restore = await withoutIndexes(client);
    for (let from = 1; from <= rows; from += BATCH) {
      await client.query(drawnSql(from, Math.min(from + BATCH - 1, rows)));
      for (const sql of STORED) await client.query(sql);
      await client.query('DROP TABLE drawn');
    }
    for (const sql of restore) await client.query(sql);
    await client.query(`UPDATE whales.journal SET position = ${rows}, kind = 'LIVE'`);
    await client.query('VACUUM ANALYZE');
    const { rows: size } = await client.query<{ bytes: string }>(
      'SELECT pg_database_size(current_database()) AS bytes',
    );
    return { seconds: (performance.now() - startedAt) / 1_000, bytes: Number(size[0]?.bytes) };
  } finally {
    await client.end();
  }
}

/** Keys and indexes of rows that are there already are made much faster than kept. Resolves to how to make them. */
async function withoutIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ undo: string; redo: string }>(
    `SELECT format('ALTER TABLE whales.%I DROP CONSTRAINT %I', relname, conname) AS undo,
       format('ALTER TABLE whales.%I ADD CONSTRAINT %I %s', relname, conname, pg_get_constraintdef(c.oid)) AS redo
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
     WHERE contype = 'p' AND connamespace = 'whales'::regnamespace AND relname = ANY ($1)
     UNION ALL
     SELECT format('DROP INDEX whales.%I', indexname), indexdef FROM pg_indexes
     WHERE schemaname = 'whales' AND tablename = ANY ($1) AND indexname NOT LIKE '%pkey'`,
    [TABLES],
  );
  for (const { undo } of rows) await client.query(undo);
  return rows.map(({ redo }) => redo);
}
