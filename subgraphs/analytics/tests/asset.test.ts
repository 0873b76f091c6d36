import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type CandlesClosed, candlesClosed, datasetReplaced } from '@spyhop/platform/topics';
import { SERIES, type SeriesInterval } from '../rules/closes';
import { CloseStore } from '../store/closes';
import { type AnalyticsRig, type Replica, startAnalytics } from './rig';

const START = Date.UTC(2024, 7, 9);

/** The same closes as in the tests of the rules, where Python worked out the figures. */
const wave = (
  symbol: string,
  interval: SeriesInterval,
  from: number,
  to: number,
  dataset = 0,
): CandlesClosed => ({
  symbol,
  dataset,
  interval,
  candles: Array.from({ length: to - from }, (_, index) => {
    const at = from + index;
    const close = 100 + 3 * Math.sin(at * 0.7) + 2 * Math.cos(at * 1.3) + at * 0.05;
    return { openTime: START + at * SERIES[interval].stepMs, close: close.toFixed(15) };
  }),
});

const series = (symbol: string, interval: SeriesInterval, dataset = 0) => ({
  symbol,
  interval,
  dataset,
});

const FIGURES = `query ($symbol: ID!) {
  _entities(representations: [{ __typename: "Asset", symbol: $symbol }]) {
    ... on Asset {
      h1: volatility(window: H1) h24: volatility d7: volatility(window: D7)
      d30: volatility(window: D30) trend
    }
  }
}`;

type Figures = Record<'h1' | 'h24' | 'd7' | 'd30' | 'trend', number | null>;

let rig: AnalyticsRig;

beforeAll(async () => {
  rig = await startAnalytics();
});
afterAll(() => rig.stop());

const figuresOf = async ({ graph }: Replica, symbol: string): Promise<Figures | undefined> =>
  (await graph.data<{ _entities: Figures[] }>(FIGURES, { symbol }))._entities[0];

/** Asks until the figure is there: events are on their way to the process. */
async function figuresWith(replica: Replica, symbol: string, figure: keyof Figures) {
  return until(
    () => figuresOf(replica, symbol),
    (figures) => figures?.[figure] !== null,
  );
}

/** How many closes there are, as soon as there are so many. */
const stored = (symbol: string, count: number): Promise<number> =>
  until(
    () => rig.prisma.close.count({ where: { symbol } }),
    (rows) => rows >= count,
  );

describe('indicators of an asset', () => {
  it('follow the closes that the market announces, on every replica', async () => {
    const replicas = [await rig.replica(), await rig.replica()] as const;
    await rig.events.append(candlesClosed, wave('BTC', '1h', 0, 400));
    await rig.events.append(candlesClosed, wave('BTC', '1h', 400, 721));
    await rig.events.append(candlesClosed, wave('BTC', '5m', 0, 289));
    await rig.events.append(candlesClosed, wave('BTC', '1m', 0, 300));
    for (const replica of replicas) {
      const figures = await figuresWith(replica, 'BTC', 'trend');
      expect(figures).toMatchObject({ h24: 6.773927, d30: 1.801694, trend: 0.138 });
      await replica.stop();
    }
  });

  it('are there at once after a restart, from the store alone', async () => {
    const former = await rig.replica();
    await rig.events.append(candlesClosed, wave('AVAX', '5m', 0, 289));
    await rig.events.append(candlesClosed, wave('AVAX', '1m', 0, 300));
    expect(await stored('AVAX', 289 + 300)).toBe(589);
    await former.stop();
    await rig.space.client.del(`stream:${candlesClosed.name}`);
    const replica = await rig.replica();
    expect(await figuresOf(replica, 'AVAX')).toMatchObject({ h24: 6.773927, trend: 0.138 });
    await replica.stop();
  });

  it('are the same when events come twice, and are stored once', async () => {
    const replica = await rig.replica();
    for (let times = 0; times < 2; times += 1) {
      await rig.events.append(candlesClosed, wave('ETH', '5m', 0, 289));
    }
    await rig.events.append(candlesClosed, wave('ETH', '1m', 0, 100));
    const figures = await figuresWith(replica, 'ETH', 'trend');
    expect(figures).toMatchObject({ h24: 6.773927 });
    expect(await stored('ETH', 389)).toBe(389);
    await replica.stop();
  });

  it('forget what another source has replaced, in memory and in the store', async () => {
    const replicas = [await rig.replica(), await rig.replica()] as const;
    await rig.events.append(candlesClosed, wave('XLM', '1m', 500, 900));
    for (const replica of replicas) await figuresWith(replica, 'XLM', 'trend');
    expect(await stored('XLM', 400)).toBe(400);
    await rig.events.append(datasetReplaced, { symbol: 'XLM', dataset: START });
    await until(async () => (await rig.prisma.close.count({ where: { symbol: 'XLM' } })) === 0);
    for (const replica of replicas) {
      await until(async () => (await figuresOf(replica, 'XLM'))?.trend === null);
    }
    // What was on its way still comes.
    await rig.events.append(candlesClosed, wave('XLM', '1m', 900, 950));
    await rig.events.append(candlesClosed, wave('XLM', '1m', 0, 300, START));
    for (const replica of replicas) {
      expect(await figuresWith(replica, 'XLM', 'trend')).toMatchObject({ trend: 0.138 });
    }
    expect(await stored('XLM', 350)).toBe(350);
    for (const replica of replicas) await replica.stop();
    const restarted = await rig.replica();
    expect(await figuresOf(restarted, 'XLM')).toMatchObject({ trend: 0.138 });
    await restarted.stop();
  });

  it('are null with too little history and for an asset nobody announced', async () => {
    const replica = await rig.replica();
    await rig.events.append(candlesClosed, wave('SOL', '5m', 0, 20));
    await rig.events.append(candlesClosed, wave('SOL', '1m', 0, 21));
    expect(await figuresWith(replica, 'SOL', 'h1')).toEqual({
      h1: 16.057643,
      h24: null,
      d7: null,
      d30: null,
      trend: null,
    });
    expect(await figuresOf(replica, 'XYZ')).toEqual({
      h1: null,
      h24: null,
      d7: null,
      d30: null,
      trend: null,
    });
    await replica.stop();
  });

  it('refuse an unknown window with the ones there are', async () => {
    const replica = await rig.replica();
    const { errors } = await replica.graph.ask(
      `{ _entities(representations: []) { ... on Asset { volatility(window: H2) } } }`,
    );
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('H1, H24, D7, D30'),
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED', allowed: ['H1', 'H24', 'D7', 'D30'] },
    });
    await replica.stop();
  });
});

describe('the store of closes', () => {
  it('takes a corrected close and keeps each once', async () => {
    const store = new CloseStore(rig.prisma);
    await store.save(series('ADA', '1m'), [
      { openTime: START, close: '1' },
      { openTime: START, close: '2.50' },
    ]);
    await store.save(series('ADA', '1m'), [{ openTime: START, close: '2.75' }]);
    const read = (await store.readNewest()).filter(({ symbol }) => symbol === 'ADA');
    expect(read).toEqual([{ ...series('ADA', '1m'), closes: [{ openTime: START, price: 2.75 }] }]);
  });

  it('reads of every symbol its latest dataset only, and forgets the earlier ones', async () => {
    const store = new CloseStore(rig.prisma);
    const [early, late] = [START, START + 60_000].map((openTime) => ({ openTime, close: '1' }));
    if (early === undefined || late === undefined) throw new Error('two closes');
    await store.save(series('LTC', '1m', 1_000), [early, { ...late, close: '3' }]);
    await store.save(series('LTC', '1m', 2_000), [{ ...late, close: '2' }]);
    await store.save(series('LTC', '1m', 1_000), [late]);
    const read = async () => (await store.readNewest()).filter(({ symbol }) => symbol === 'LTC');
    const newest = [
      { ...series('LTC', '1m', 2_000), closes: [{ openTime: late.openTime, price: 2 }] },
    ];
    expect(await read()).toEqual(newest);
    await store.forget('LTC', 2_000);
    expect(await rig.prisma.close.count({ where: { symbol: 'LTC' } })).toBe(1);
    expect(await read()).toEqual(newest);
  });

  it('lets go of what no indicator looks back at, counted from the newest of each series', async () => {
    const store = new CloseStore(rig.prisma);
    const minutes = wave('DOT', '1m', 0, 700).candles;
    await store.save(series('DOT', '1m'), minutes.slice(0, 350));
    await store.save(series('DOT', '1m'), minutes.slice(350));
    await store.save(series('DOT', '1h'), wave('DOT', '1h', 0, 10).candles);
    expect(await store.prune()).toBeGreaterThanOrEqual(99);
    expect(await rig.prisma.close.count({ where: { symbol: 'DOT', interval: '1m' } })).toBe(601);
    expect(await rig.prisma.close.count({ where: { symbol: 'DOT', interval: '1h' } })).toBe(10);
  });
});
