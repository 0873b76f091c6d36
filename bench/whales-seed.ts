import { Client } from 'pg';

/** Tables of the feed, whose indexes are made after they are filled. */
const TABLES = ['transaction', 'asset_move', 'pattern_move'];

/** A number from 0 to 1 for each row, the same in every run. */
const DRAW = (salt: number): string => `(hashint8extended(n, ${salt}) & 1048575) / 1048576.0`;

/**
 * One in ten is worth ten million or more, one in ten on another chain, one in a hundred of LINK and one in a
 * hundred part of a pattern: of 10,000 too, a page of each is full.
 */
const transactionsSql = (rows: number): string => `
  INSERT INTO whales.transaction (chain, hash, position, time, usd, usd_band, legs, sources)
  SELECT chain, hash, n, timestamptz '2020-01-01Z' + n * interval '15 seconds', usd,
    length(trunc(usd)::text),
    jsonb_build_array(jsonb_build_object('symbol', symbol, 'kind', 'TRANSFER',
      'baseUnits', (trunc(usd * 100000))::text, 'decimals', 8, 'usd', usd::text, 'usdBasis', 'CANDLES',
      'from', jsonb_build_array(jsonb_build_object('address', 'bc1q' || left(hash, 38), 'owner', null,
        'ownerKind', 'UNKNOWN')),
      'to', jsonb_build_array(jsonb_build_object('address', '34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo',
        'owner', 'binance', 'ownerKind', 'EXCHANGE_HOT')))), '{bench}'
  FROM generate_series(1, ${rows}::bigint) AS n, LATERAL (
    SELECT CASE WHEN ${DRAW(1)} < 0.1 THEN 'tron' ELSE 'bitcoin' END AS chain,
      md5(n::text) || md5((n + 1)::text) AS hash,
      CASE WHEN ${DRAW(2)} < 0.01 THEN 'LINK' WHEN ${DRAW(2)} < 0.5 THEN 'BTC' ELSE 'USDT' END AS symbol,
      round((250000 * power(40, 2 * ${DRAW(3)}) / CASE WHEN ${DRAW(3)} < 0.9 THEN 4 ELSE 1 END)::numeric, 2)
        AS usd
  ) AS drawn`;

const movesSql = `
  INSERT INTO whales.asset_move (symbol, chain, hash, time, usd_band, amount, usd, direction)
  SELECT legs->0->>'symbol', chain, hash, time, usd_band, usd / 1000, usd, 'TO_EXCHANGE'
  FROM whales.transaction`;

const patternsSql = `
  INSERT INTO whales.pattern_move (pattern_id, chain, hash, time, usd_band, rule, symbol)
  SELECT 'MINT:' || hash, chain, hash, time, usd_band, 'MINT', legs->0->>'symbol'
  FROM whales.transaction WHERE position % 50 = 0`;

/** Fills a migrated database with so many transactions; resolves to seconds and bytes that it took. */
export async function seedWhales(
  databaseUrl: string,
  rows: number,
): Promise<{ seconds: number; bytes: number }> {
  const startedAt = performance.now();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET maintenance_work_mem = '512MB'`);
    // Indexes of a table that is there already are made much faster than kept.
    const { rows: indexes } = await client.query<{ name: string; sql: string }>(
      `SELECT indexname AS name, indexdef AS sql FROM pg_indexes
       WHERE schemaname = 'whales' AND tablename = ANY ($1) AND indexname NOT LIKE '%pkey'`,
      [TABLES],
    );
    for (const { name } of indexes) await client.query(`DROP INDEX whales.${name}`);
    for (const sql of [transactionsSql(rows), movesSql, patternsSql]) await client.query(sql);
    for (const { sql } of indexes) await client.query(sql);
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
