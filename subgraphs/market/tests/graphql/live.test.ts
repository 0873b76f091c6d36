import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ownTimeOf } from '@spyhop/platform/testkit/own-time';
import { until } from '@spyhop/platform/testkit/until';
import {
  type CandleEvent,
  type FeedStatusEvent,
  type TradeEvent,
  candleUpdated,
  feedStatusChanged,
  priceTicked,
  tradePrinted,
} from '@spyhop/platform/topics';
import {
  type MarketRig,
  NOON,
  NOTHING,
  asset,
  dayStats,
  price,
  publishUntilHeard,
  startMarket,
} from './rig';

const MINUTE = 60_000;

let rig: MarketRig;
let count = 0;
let symbol: string;
let other: string;

beforeAll(async () => {
  const symbols = Array.from({ length: 60 }, (_, at) => `L${at + 1}`);
  rig = await startMarket(symbols.map((each) => asset(each, { circulatingSupply: '10' })));
});
afterAll(() => rig.stop());
/** Every test has two markets of its own. */
beforeEach(() => {
  symbol = `L${(count += 1)}`;
  other = `L${(count += 1)}`;
});

const refusal = async (query: string, variables: Record<string, unknown>) => {
  const subscribed = rig.graph.subscribe(query, variables);
  return subscribed.next().then(
    () => 'no refusal',
    (err: unknown) => (err instanceof Error ? err.message : JSON.stringify(err)),
  );
};

describe('priceTicked', () => {
  interface Ticked {
    priceTicked: { symbol: string; price: string; marketCap: string; change24h: number };
  }
  const TICKED = `subscription ($symbols: [ID!]!) {
    priceTicked(symbols: $symbols) { symbol price marketCap change24h } }`;

  it('begins with the newest price and goes on with every change', async () => {
    await rig.tick(price(symbol, '100', { dayStats: dayStats('80', '5') }));
    const ticks = rig.graph.subscribe<Ticked>(TICKED, { symbols: [symbol] });
    expect(await ticks.next()).toEqual({
      priceTicked: { symbol, price: '100', marketCap: '1000', change24h: 25 },
    });
    await rig.tick(price(symbol, '120', { dayStats: dayStats('80', '5'), receivedAt: NOON + 2 }));
    expect(await ticks.next()).toEqual({
      priceTicked: { symbol, price: '120', marketCap: '1200', change24h: 50 },
    });
    await ticks.end();
  });

  it('carries only the symbols asked for, each event one of them', async () => {
    const ticks = rig.graph.subscribe<Ticked>(TICKED, { symbols: [symbol, other] });
    const first = await publishUntilHeard(async () => {
      await rig.tick(price(`L${count + 1}`, '9'));
      await rig.tick(price(other, '1'));
    }, ticks.next());
    expect(first.priceTicked).toMatchObject({ symbol: other, price: '1' });
    await rig.tick(price(symbol, '2'));
    const heard = new Set<string>();
    await ticks.until(({ priceTicked: { symbol: of, price: at } }) => {
      heard.add(`${of} ${at}`);
      return of === symbol;
    });
    expect([...heard].filter((each) => each !== `${other} 1`)).toEqual([`${symbol} 2`]);
    await ticks.end();
  });

  it('stretches the range of the day to a price beyond it', async () => {
    await rig.tick(price(symbol, '100', { dayStats: dayStats('100', '5') }));
    const ticks = rig.graph.subscribe<{ priceTicked: unknown }>(
      `subscription { priceTicked(symbols: ["${symbol}"]) { low24h price high24h } }`,
    );
    await ticks.next();
    await rig.events.publish(priceTicked, price(symbol, '101.5', { receivedAt: NOON + 2 }));
    expect(await ticks.next()).toEqual({
      priceTicked: { low24h: '100', price: '101.5', high24h: '101.5' },
    });
    await ticks.end();
  });

  it('costs one Redis subscription per symbol however many listen', async () => {
    await rig.tick(price(symbol, '1'));
    const streams = Array.from({ length: 20 }, () =>
      rig.graph.subscribe<Ticked>(TICKED, { symbols: [symbol] }),
    );
    await Promise.all(streams.map((stream) => stream.next()));
    expect(await listeners(symbol)).toBe(1);
    await Promise.all(streams.map((stream) => stream.end()));
    await until(async () => (await listeners(symbol)) === 0);
  });

  it('refuses no symbol, too many and unknown ones, with what is allowed', async () => {
    expect(await refusal(TICKED, { symbols: [] })).toContain('1 to 250 symbols, not 0');
    const many = Array.from({ length: 251 }, (_, at) => `S${at}`);
    expect(await refusal(TICKED, { symbols: many })).toContain('not 251');
    const unknown = await refusal(TICKED, { symbols: [symbol, 'XYZ'] });
    expect(unknown).toContain('NOT_FOUND');
    expect(unknown).toContain('"allowed":["L1"');
  });
});

describe('pricesTicked', () => {
  interface Batch {
    pricesTicked: { symbol: string; price: string | null }[];
  }
  const BATCH = `subscription ($symbols: [ID!]!) {
    pricesTicked(symbols: $symbols) { symbol price } }`;

  it('begins with all listed assets, also those without a price', async () => {
    await rig.tick(price(symbol, '5'));
    const batches = rig.graph.subscribe<Batch>(BATCH, { symbols: [symbol, other, symbol] });
    expect(await batches.next()).toEqual({
      pricesTicked: [
        { symbol, price: '5' },
        { symbol: other, price: null },
      ],
    });
    await batches.end();
  });

  it('then carries the newest state of each that changed, and of no other', async () => {
    const quiet = `L${(count += 1)}`;
    const batches = rig.graph.subscribe<Batch>(BATCH, { symbols: [symbol, other, quiet] });
    await batches.next();
    for (let step = 1; step <= 40; step += 1) await rig.tick(price(symbol, String(step)));
    await rig.tick(price(other, '7'));
    const latest = new Map<string, string | null>();
    await batches.until(({ pricesTicked }) => {
      for (const each of pricesTicked) latest.set(each.symbol, each.price);
      return latest.get(symbol) === '40' && latest.get(other) === '7';
    });
    expect(latest.has(quiet)).toBe(false);
    await batches.end();
  });

  it('comes without delay: it is the router that keeps the pace', async () => {
    const batches = rig.graph.subscribe<Batch>(BATCH, { symbols: [symbol] });
    await batches.next();
    const ms = await ownTimeOf(async () => {
      for (let step = 1; step <= 10; step += 1) {
        await rig.tick(price(symbol, String(step)));
        await batches.until(({ pricesTicked }) => pricesTicked[0]?.price === String(step));
      }
    });
    // At 4 a second it would take two and a half.
    expect(ms).toBeLessThan(1_500);
    await batches.end();
  });
});

describe('candleUpdated', () => {
  interface Updated {
    candleUpdated: { openTime: string; close: string; closed: boolean };
  }
  const UPDATED = `subscription ($symbol: ID!, $interval: CandleInterval! = M1) {
    candleUpdated(symbol: $symbol, interval: $interval) { openTime close closed } }`;
  const candle = (at: number, close: string, closed = false): CandleEvent => ({
    symbol,
    interval: '1m',
    openTime: NOON + at * MINUTE,
    open: '1',
    high: '9',
    low: '1',
    close,
    volume: '1',
    quoteVolume: '1',
    trades: 1,
    closed,
  });
  const update = async (event: CandleEvent): Promise<void> => {
    await rig.writer.writeChanges({ ...NOTHING, candles: [event] });
    await rig.events.publish(candleUpdated, event);
  };
  const shown = (at: number, close: string, closed = false): Updated => ({
    candleUpdated: { openTime: new Date(NOON + at * MINUTE).toISOString(), close, closed },
  });

  it('begins with the forming candle, follows it, and says when it closes', async () => {
    await update(candle(0, '2'));
    const updates = rig.graph.subscribe<Updated>(UPDATED, { symbol });
    expect(await updates.next()).toEqual(shown(0, '2'));
    await update(candle(0, '3'));
    expect(await updates.next()).toEqual(shown(0, '3'));
    await update(candle(0, '4', true));
    await update(candle(1, '5'));
    expect(await updates.next()).toEqual(shown(0, '4', true));
    expect(await updates.next()).toEqual(shown(1, '5'));
    await updates.end();
  });

  it('refuses an unknown symbol and an unknown interval', async () => {
    expect(await refusal(UPDATED, { symbol: 'XYZ' })).toContain('NOT_FOUND');
    expect(await refusal(UPDATED, { symbol, interval: 'M2' })).toContain('M1, M5, M15, H1, H4, D1');
  });
});

describe('tradePrinted', () => {
  it('carries every trade as it prints', async () => {
    const trade = (id: number): TradeEvent => ({
      symbol,
      id: String(id),
      price: '1.50',
      quantity: '2',
      time: NOON + id,
      aggressor: 'BUY',
    });
    const prints = rig.graph.subscribe<{ tradePrinted: { id: string } }>(
      `subscription { tradePrinted(symbol: "${symbol}") { id price aggressor } }`,
    );
    await publishUntilHeard(() => rig.events.publish(tradePrinted, trade(0)), prints.next());
    for (let id = 1; id <= 50; id += 1) await rig.events.publish(tradePrinted, trade(id));
    const ids = [(await prints.until((print) => print.tradePrinted.id !== '0')).tradePrinted.id];
    while (ids.length < 50) ids.push((await prints.next()).tradePrinted.id);
    expect(ids).toEqual(Array.from({ length: 50 }, (_, at) => String(at + 1)));
    await prints.end();
  });
});

describe('feedStatusChanged', () => {
  interface Status {
    feedStatusChanged: { source: string; state: string; ageMs: number | null };
  }
  const STATUS = 'subscription { feedStatusChanged { source state ageMs message } }';
  const report = (fields: Partial<FeedStatusEvent>): FeedStatusEvent => ({
    source: 'SIMULATED',
    state: 'RUNNING',
    newestTickAt: Date.now(),
    marketTime: Date.now(),
    symbols: 60,
    message: 'Simulated prices.',
    ...fields,
  });

  it('comes at once, on every change, and again within 2 seconds without one', async () => {
    const statuses = rig.graph.subscribe<Status>(STATUS);
    expect((await statuses.next()).feedStatusChanged).toMatchObject({ state: 'STARTING' });
    const reported = report({});
    await rig.writer.writeStatus(reported);
    await rig.events.publish(feedStatusChanged, reported);
    const changed = await statuses.until(({ feedStatusChanged: { state } }) => state === 'RUNNING');
    expect(changed.feedStatusChanged.source).toBe('SIMULATED');
    let beat: Status | undefined;
    const ms = await ownTimeOf(async () => (beat = await statuses.next()));
    expect(beat?.feedStatusChanged).toMatchObject({ state: 'RUNNING' });
    expect(ms).toBeLessThan(4_000);
    await rig.writer.writeStatus(report({ newestTickAt: Date.now() - 60_000 }));
    const stale = await statuses.until(({ feedStatusChanged: { state } }) => state === 'STALE');
    expect(stale.feedStatusChanged.ageMs).toBeGreaterThanOrEqual(60_000);
    await statuses.end();
  });
});

/** Connections that listen to a symbol. */
async function listeners(of: string): Promise<number> {
  const [, number] = (await rig.space.client.call(
    'PUBSUB',
    'NUMSUB',
    rig.space.channel(priceTicked.name, of),
  )) as [string, number];
  return number;
}
