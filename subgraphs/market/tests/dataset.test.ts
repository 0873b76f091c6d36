import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import { migrate } from '@spyhop/prisma/migrate';
import { Pool } from 'pg';
import type { Candle } from '../rules/market-data';
import { KEEP_EVERYTHING } from '../rules/retention';
import { type CandleStore, createCandleStore } from '../store/candles';
import { ClaimLost, type Dataset, type DatasetClaim, claimDataset } from '../store/dataset';

const NOON = Date.UTC(2024, 7, 9, 12);
const MINUTE_MS = 60_000;

let database: TestDatabase;
let pool: Pool;
let store: CandleStore;

beforeAll(async () => {
  database = await testDatabase(migrate);
  pool = new Pool({ connectionString: database.url });
  pool.on('error', () => undefined);
  store = createCandleStore({ pool, retention: KEEP_EVERYTHING });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => pool.query('TRUNCATE market.candle, market.dataset_part'));

const minute = (symbol: string, at: number): Candle => ({
  symbol,
  interval: '1m',
  openTime: NOON + at * MINUTE_MS,
  open: '1',
  high: '1',
  low: '1',
  close: '1',
  volume: '1',
  quoteVolume: null,
  trades: null,
  closed: true,
});

const claim = (source: Dataset['source'], more: Partial<Dataset> = {}): Promise<DatasetClaim> =>
  claimDataset(pool, {
    source,
    symbols: ['BTC', 'ETH'],
    isOurs: () => true,
    startsAfresh: () => false,
    now: NOON,
    ...more,
  });

const write = (by: DatasetClaim, candles: readonly Candle[]): Promise<unknown> =>
  store.write(candles, (client) => by.cover(client, candles));

const stored = async (): Promise<string[]> => {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT symbol || ' ' || (extract(epoch FROM open_time)::bigint * 1000 - $1) / 60000 AS name
     FROM market.candle WHERE interval = '1m' ORDER BY symbol, open_time`,
    [NOON],
  );
  return rows.map(({ name }) => name);
};

describe('whose candles the table holds', () => {
  it('stay when the same source goes on, and go when another comes, with what it wrote only', async () => {
    await store.write([minute('BTC', -500), minute('XRP', 1)]);
    const simulated = await claim('simulated');
    await write(simulated, [minute('BTC', 0), minute('BTC', 1), minute('ETH', 1)]);
    const again = await claim('simulated');
    expect([...again.replaced]).toEqual([]);
    expect(await stored()).toEqual(['BTC -500', 'BTC 0', 'BTC 1', 'ETH 1', 'XRP 1']);
    const live = await claim('live');
    expect([...live.replaced].sort()).toEqual(['BTC', 'ETH']);
    expect(await stored()).toEqual(['BTC -500', 'XRP 1']);
  });

  it('start afresh symbol by symbol', async () => {
    await write(await claim('simulated'), [minute('BTC', 0), minute('ETH', 0)]);
    const next = await claim('simulated', { startsAfresh: (symbol) => symbol === 'ETH' });
    expect([...next.replaced]).toEqual(['ETH']);
    expect(await stored()).toEqual(['BTC 0']);
  });

  it('go also of a symbol that is not followed any more, but not of one that others care for', async () => {
    await write(await claim('simulated', { symbols: ['BTC', 'ETH', 'SOL'] }), [
      minute('BTC', 0),
      minute('ETH', 0),
      minute('SOL', 0),
    ]);
    await claim('live', { symbols: ['BTC'], isOurs: (symbol) => symbol !== 'SOL' });
    expect(await stored()).toEqual(['SOL 0']);
  });

  it('are written by the newest claim alone, also in a span that the former one has covered', async () => {
    const first = await claim('live');
    await write(first, [minute('BTC', 0), minute('BTC', 9)]);
    const second = await claim('live');
    await expect(write(first, [minute('BTC', 5)])).rejects.toThrow(ClaimLost);
    await write(second, [minute('BTC', 4)]);
    expect(await stored()).toEqual(['BTC 0', 'BTC 4', 'BTC 9']);
  });

  it('are gone however late the former writer ends', async () => {
    const simulated = await claim('simulated');
    await write(simulated, [minute('BTC', 0)]);
    let goOn: () => void = () => undefined;
    const late = [minute('BTC', 1), minute('ETH', 1)];
    const isCovered = new Promise<void>((covered) => {
      const held = new Promise<void>((resolve) => (goOn = resolve));
      void store.write(late, async (client) => {
        await simulated.cover(client, late);
        covered();
        await held;
      });
    });
    await isCovered;
    const live = claim('live');
    await untilSomebodyWaits();
    goOn();
    await live;
    expect(await stored()).toEqual([]);
  });

  it('are of a later dataset whenever another begins, whatever the clock says', async () => {
    const first = await claim('live', { now: NOON });
    expect(first.begun.get('BTC')).toBe(NOON);
    expect((await claim('live', { now: NOON + 5 })).begun.get('BTC')).toBe(NOON);
    const second = await claim('simulated', { now: NOON - 5 });
    expect(second.begun.get('BTC')).toBeGreaterThan(NOON);
  });

  it('are told to others once: until then every claim says that they have to be', async () => {
    const { unannounced } = await claim('live');
    expect([...unannounced].sort()).toEqual(['BTC', 'ETH']);
    const second = await claim('live');
    expect([...second.unannounced].sort()).toEqual(['BTC', 'ETH']);
    await second.announced(['BTC']);
    expect((await claim('live')).unannounced).toEqual(['ETH']);
    expect((await claim('replay')).unannounced).toHaveLength(2);
  });
});

async function untilSomebodyWaits(): Promise<void> {
  for (let waiting = 0; waiting === 0;) {
    const { rowCount } = await pool.query(
      `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE NOT granted AND datname = current_database()`,
    );
    waiting = rowCount ?? 0;
  }
}
