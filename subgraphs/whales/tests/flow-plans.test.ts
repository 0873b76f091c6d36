import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type WhalesRig, startWhales } from './rig';

// Nothing is stored here, which would look up rows of its own while others are counted.
let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

const A_YEAR = `{
  exchangeFlows(symbol: "YEAR", from: "2023-01-01T00:00:00Z", to: "2024-01-01T00:00:00Z", bucket: DAY) {
    buckets { time }
    exchanges { exchange in netUsd }
  }
}`;

interface Flows {
  buckets: { time: string }[];
  exchanges: { exchange: string; in: string; netUsd: string }[];
}

it('flows of an asset over a year are one walk along the key, however much is stored of other assets', async () => {
  await whales.prisma.$executeRaw`
    INSERT INTO whales.exchange_flow
    SELECT symbol, bucket, '2022-01-01Z'::timestamptz + n * step, exchange, 3, 1, 30, 10, 1
    FROM unnest(ARRAY['YEAR', 'A', 'B', 'C']) AS symbol, unnest(ARRAY['', 'binance', 'okx']) AS exchange,
      (VALUES ('DAY', interval '1 day', 1000), ('HOUR', interval '1 hour', 2000)) AS b (bucket, step, most),
      generate_series(0, most - 1) AS n`;
  await whales.prisma.$executeRaw`ANALYZE whales.exchange_flow`;
  const before = await walks('exchange_flow');
  const { exchangeFlows } = await whales.graph.data<{ exchangeFlows: Flows }>(A_YEAR);
  const { buckets, exchanges } = exchangeFlows;
  expect(buckets).toHaveLength(365);
  expect(exchanges).toMatchObject([
    { exchange: 'binance', in: '1095', netUsd: '7300' },
    { exchange: 'okx', in: '1095', netUsd: '7300' },
  ]);
  // Counted when a connection becomes idle, at the latest after a second.
  await until(async () => (await walks('exchange_flow')).byIndex > before.byIndex);
  const after = await walks('exchange_flow');
  expect(after.byIndex - before.byIndex).toBe(1);
  expect(after.whole - before.whole).toBe(0);
  expect(after.rows - before.rows).toBe(365 * 3);
});

it('a recorded year by the day is one walk along its hours, and reads nothing of what was seen', async () => {
  await whales.prisma.$executeRaw`
    INSERT INTO whales.recorded_flow
    SELECT symbol, source, '2022-01-01Z'::timestamptz + n * interval '1 hour', 3, 1, 60
    FROM unnest(ARRAY['YEAR', 'A']) AS symbol, unnest(ARRAY['one', 'other']) AS source,
      generate_series(0, 3 * 8760 - 1) AS n`;
  await whales.prisma.$executeRaw`ANALYZE whales.recorded_flow`;
  const [before, seen] = [await walks('recorded_flow'), await walks('exchange_flow')];
  const { exchangeFlows } = await whales.graph.data<{
    exchangeFlows: { recorded: { netUsd: string }[] };
  }>(
    `{ exchangeFlows(symbol: "YEAR", from: "2023-01-01T00:00:00Z", to: "2024-01-01T00:00:00Z", bucket: DAY) {
      recorded(source: "one") { netUsd }
    } }`,
  );
  expect(exchangeFlows.recorded).toEqual(Array(365).fill({ netUsd: '48' }));
  await until(async () => (await walks('recorded_flow')).byIndex > before.byIndex);
  const after = await walks('recorded_flow');
  expect(after.byIndex - before.byIndex).toBe(1);
  expect(after.whole - before.whole).toBe(0);
  expect(after.rows - before.rows).toBe(8_760);
  expect(await walks('exchange_flow')).toEqual(seen);
});

/** How often a table was read so far, and how many rows of its indexes. */
async function walks(table: string): Promise<{ byIndex: number; whole: number; rows: number }> {
  await whales.prisma.$executeRaw`SELECT pg_stat_force_next_flush()`;
  const [row] = await whales.prisma.$queryRaw<{ byIndex: number; whole: number; rows: number }[]>`
    SELECT t.idx_scan::int AS "byIndex", t.seq_scan::int AS whole, i.idx_tup_read::int AS rows
    FROM pg_stat_user_tables t JOIN pg_stat_user_indexes i USING (relid)
    WHERE t.relname = ${table}`;
  return row ?? { byIndex: 0, whole: 0, rows: 0 };
}
