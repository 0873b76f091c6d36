import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { readAnswer } from '../feeds/binance/answers';
import { WeightBudget } from '../feeds/binance/budget';
import type { FeedCount } from '../feeds/binance/counts';
import { type HistoryDepth, historyPages, minutePages } from '../feeds/binance/history';
import { BinanceRest, ExchangeUnavailable } from '../feeds/binance/rest';
import type { Instrument } from '../rules/instrument';
import samples from '../feeds/binance/samples/rest.json';
import { AggTradeRows } from '../feeds/binance/wire';
import { BinanceExchange } from './binance-exchange';
import { type Rig, type RigOptions, startRig } from './binance-rig';
import { TestTimers } from './test-timers';
import { until } from './until';

const MINUTE_MS = 60_000;
const HTML = '<html><head><title>403 Forbidden</title></head></html>';
const never = new AbortController().signal;
const BTC = { symbol: 'BTC', pair: 'BTCUSDT' };

describe('an answer', () => {
  const now = 1660090400000;
  const json = { 'content-type': 'application/json;charset=UTF-8' };
  const read = (status: number, body: unknown, headers: Record<string, string> = json) =>
    readAnswer(
      { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
      AggTradeRows,
      now,
    );

  it('is read when it is right', () => {
    expect(read(200, samples.aggTrades)).toMatchObject({
      kind: 'ok',
      body: [{ a: 26129, p: '0.01633102' }],
    });
  });

  it('asks for as long a wait as Retry-After says', () => {
    expect(read(429, '', { ...json, 'retry-after': '7' })).toMatchObject({
      kind: 'limited',
      waitMs: 7_000,
    });
  });

  it('asks for a minute when 429 comes without Retry-After', () => {
    expect(read(429, '')).toMatchObject({ kind: 'limited', waitMs: MINUTE_MS });
  });

  it('asks to wait until the ban is lifted, whichever of header and body is later', () => {
    const untilLifted = 1660090423228 - now;
    expect(read(418, samples.banned)).toMatchObject({ kind: 'limited', waitMs: untilLifted });
    const header = { ...json, 'retry-after': '3600' };
    expect(read(418, samples.banned, header)).toMatchObject({ waitMs: 3_600_000 });
  });

  it('does not take a page of the firewall for JSON', () => {
    expect(read(403, HTML, { 'content-type': 'text/html' })).toEqual({
      kind: 'limited',
      waitMs: MINUTE_MS,
      reason: '403 with a body of type text/html',
    });
  });

  it('tells a blocked location from other refusals', () => {
    expect(read(451, samples.restricted)).toMatchObject({ kind: 'blocked' });
    expect(read(400, samples.invalidSymbol)).toEqual({
      kind: 'refused',
      code: -1121,
      reason: '400 -1121 Invalid symbol.',
    });
  });

  it.each([
    ['a server error', 503, HTML, { 'content-type': 'text/html' }],
    ['a timeout of the exchange', 400, '{"code":-1007,"msg":"Timeout"}', json],
    ['a page with status 200', 200, HTML, { 'content-type': 'text/html' }],
    ['a page that calls itself JSON', 200, HTML, json],
    ['a body cut short', 200, '[{"a":26129,"p":"0.0', json],
    ['a body of another shape', 200, '[{"a":"26129"}]', json],
  ])('is worth another try after %s', (_, status, body, headers) => {
    expect(read(status, body, headers)).toMatchObject({ kind: 'unavailable' });
  });

  it('names the field of a body that has another shape', () => {
    expect(read(200, [{ ...samples.aggTrades[0], p: 'x' }])).toMatchObject({
      reason: 'an unexpected body: 0.p: not a decimal number',
    });
  });
});

describe('the weight budget', () => {
  it('believes the exchange about what is used up, and waits for the next window', () => {
    let now = 10 * MINUTE_MS + 20_000;
    const budget = new WeightBudget(() => now);
    budget.adopt([
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 5 },
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 100 },
    ]);
    expect(budget.take(40, 0.5)).toBe(0);
    budget.note(49);
    expect(budget.take(2, 0.5)).toBe(40_000);
    expect(budget.take(2, 0.9)).toBe(0);
    now = 11 * MINUTE_MS;
    expect(budget.take(50, 0.5)).toBe(0);
  });

  it('reads the header that belongs to the window', () => {
    const budget = new WeightBudget(() => 0);
    expect(budget.header).toBe('1m');
    budget.adopt([
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'HOUR', intervalNum: 4, limit: 100 },
    ]);
    expect(budget.header).toBe('4h');
  });
});

describe('the REST client', () => {
  let timers: TestTimers;
  let exchange: BinanceExchange;
  let counts: FeedCount[];
  let clients: BinanceRest[];

  beforeEach(async () => {
    timers = new TestTimers();
    exchange = await BinanceExchange.open({ timers, limits: { weightPerMinute: 200 } });
    exchange.list('BTCUSDT', '100');
    exchange.list('ETHUSDT', '10');
    counts = [];
    clients = [];
  });

  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await exchange.close();
  });

  const client = (hosts = [exchange.restHost]): BinanceRest => {
    const rest = new BinanceRest({
      hosts,
      symbols: new Map([
        ['BTCUSDT', 'BTC'],
        ['ETHUSDT', 'ETH'],
      ]),
      timers,
      random: () => 0.5,
      log: pino({ level: 'silent' }),
      count: (what) => counts.push(what),
    });
    clients.push(rest);
    return rest;
  };

  const hour = (rest: BinanceRest) => {
    const to = timers.now() - (timers.now() % MINUTE_MS) - MINUTE_MS;
    const span = { interval: '1m', from: to - 59 * MINUTE_MS, to, urgent: false } as const;
    return rest.candles(BTC, span, never);
  };

  /** Moves time until the answer is there; returns it and how long it took in ms. */
  const timed = async <Result>(work: Promise<Result>): Promise<[Result, number]> => {
    const startedAt = timers.now();
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    done.catch(() => undefined);
    await until('the answer is there', () => {
      if (!isDone) timers.advance(250);
      return isDone;
    });
    return [await done, timers.now() - startedAt];
  };

  it('waits as long as a 429 says, and asks again', async () => {
    exchange.answerWith('klines', { status: 429, body: '', headers: { 'retry-after': '12' } });
    const [candles, ms] = await timed(hour(client()));
    expect(candles).toHaveLength(60);
    expect(ms).toBeGreaterThanOrEqual(12_000);
    expect(ms).toBeLessThan(15_000);
    expect(counts).toEqual(['request limited']);
  });

  it('waits a minute after a 429 without Retry-After', async () => {
    exchange.answerWith('klines', { status: 429, body: '' });
    const [, ms] = await timed(hour(client()));
    expect(ms).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(ms).toBeLessThan(MINUTE_MS + 3_000);
  });

  it('asks nothing at all until a ban is lifted', async () => {
    const until = timers.now() + 90_000;
    const msg = `Way too much request weight used; IP banned until ${until}. Please use the websocket for live updates to avoid bans.`;
    exchange.answerWith('klines', { status: 418, body: JSON.stringify({ code: -1003, msg }) });
    const rest = client();
    await timed(hour(rest).then(() => hour(rest)));
    expect(timers.now()).toBeGreaterThanOrEqual(until);
    expect(exchange.requestsFor('klines')).toHaveLength(3);
  });

  it('survives the page of a web firewall', async () => {
    const headers = { 'content-type': 'text/html' };
    exchange.answerWith('klines', { status: 403, body: HTML, headers });
    const [candles] = await timed(hour(client()));
    expect(candles).toHaveLength(60);
  });

  it('goes to the other host at once when this one is closed to its location', async () => {
    const blocked = await BinanceExchange.open({ timers });
    blocked.list('BTCUSDT', '100');
    const body = JSON.stringify(samples.restricted);
    blocked.answerWith('klines', { status: 451, body });
    const rest = client([blocked.restHost, exchange.restHost]);
    expect(await hour(rest)).toHaveLength(60);
    expect(await hour(rest)).toHaveLength(60);
    expect(blocked.requestsFor('klines')).toHaveLength(1);
    expect(exchange.requestsFor('klines')).toHaveLength(2);
    await blocked.close();
  });

  it('tries again after server errors and lost connections, on whichever host answers', async () => {
    exchange.answerWith('klines', { status: 502, body: HTML }, { status: 500, body: '' });
    const [candles] = await timed(hour(client(['http://127.0.0.1:9', exchange.restHost])));
    expect(candles).toHaveLength(60);
    expect(counts.filter((count) => count === 'request failed').length).toBeGreaterThanOrEqual(2);
  });

  it('gives up in the end, saying what failed', async () => {
    const failed = Array.from({ length: 6 }, () => ({ status: 503, body: HTML }));
    exchange.answerWith('klines', ...failed);
    const asked = timed(hour(client()));
    await expect(asked).rejects.toThrow(ExchangeUnavailable);
    await expect(asked).rejects.toThrow(/^klines: 503/);
  });

  it('stops waiting when it is told to', async () => {
    exchange.answerWith('aggTrades', { status: 429, body: '' });
    const stop = new AbortController();
    const asked = client().trades(BTC, 1, 2, stop.signal);
    await until('the limit is known', () => counts.includes('request limited'));
    stop.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
  });

  it('leaves out pairs the exchange does not know, one of which fails a whole list', async () => {
    const rest = client();
    const pairs = ['BTCUSDT', 'NOPEUSDT', 'ETHUSDT', 'GONEUSDT', 'ÄÖÜUSDT'];
    const instruments = await timed(rest.instruments(pairs, never));
    expect(instruments[0].map(({ pair }) => pair)).toEqual(['BTCUSDT', 'ETHUSDT']);
    expect(instruments[0][0]).toEqual({
      pair: 'BTCUSDT',
      priceDecimals: 2,
      quantityDecimals: 5,
      trading: true,
    });
    const [stats] = await timed(rest.dayStats(pairs, never));
    expect(stats.map(({ symbol }) => symbol)).toEqual(['BTC', 'ETH']);
  });

  it('keeps history within half of the weight limit that exchangeInfo states', async () => {
    const rest = client();
    await rest.instruments(['BTCUSDT'], never);
    const asked = Promise.all(Array.from({ length: 90 }, () => hour(rest)));
    await timed(asked);
    const weights = exchange.requests.map(({ weight }) => weight);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(20 + 180);
    expect(counts).toEqual([]);
    const perMinute = new Map<number, number>();
    exchange.requests.forEach(({ at, weight }) => {
      const minute = Math.floor(at / MINUTE_MS);
      perMinute.set(minute, (perMinute.get(minute) ?? 0) + weight);
    });
    expect(Math.max(...perMinute.values())).toBeLessThanOrEqual(100);
  });

  it('leaves the forming candle out', async () => {
    const rest = client();
    await rest.instruments(['BTCUSDT'], never);
    const now = timers.now();
    const span = { interval: '1m', from: now - 10 * MINUTE_MS, to: now, urgent: true } as const;
    const candles = await rest.candles(BTC, span, never);
    expect(candles).toHaveLength(9);
    expect(candles.every(({ closed }) => closed)).toBe(true);
    expect(candles.at(-1)?.openTime).toBeLessThan(now - MINUTE_MS);
  });
});

describe('history', () => {
  const now = Date.UTC(2024, 7, 9, 12, 34, 56);

  it('is asked for newest first, in pages of at most 1,000 finished candles without holes', () => {
    const pages = historyPages(
      ['BTC'],
      [
        ['1h', 1_500],
        ['1m', 2_500],
      ],
      now,
    );
    const rows = ({ from, to, interval }: (typeof pages)[number]) =>
      (to - from) / (interval === '1h' ? 3_600_000 : MINUTE_MS) + 1;
    expect(pages.map((page) => [page.interval, rows(page)])).toEqual([
      ['1h', 1_000],
      ['1m', 1_000],
      ['1h', 500],
      ['1m', 1_000],
      ['1m', 500],
    ]);
    expect(new Date(pages[0].to).toISOString()).toBe('2024-08-09T11:00:00.000Z');
    expect(new Date(pages[1].to).toISOString()).toBe('2024-08-09T12:33:00.000Z');
    expect(pages[2].to).toBe(pages[0].from - 3_600_000);
    expect(pages[3].to).toBe(pages[1].from - MINUTE_MS);
  });

  it('covers a gap of minutes exactly', () => {
    const pages = minutePages('BTC', 0, 2_500 * MINUTE_MS);
    expect(pages.map(({ from, to }) => [from / MINUTE_MS, to / MINUTE_MS])).toEqual([
      [1_501, 2_500],
      [501, 1_500],
      [0, 500],
    ]);
    expect(minutePages('BTC', MINUTE_MS, MINUTE_MS)).toHaveLength(1);
    expect(minutePages('BTC', MINUTE_MS, 0)).toEqual([]);
  });
});

describe('history of a live source', () => {
  let rig: Rig;
  const rigged = async (history: HistoryDepth, options: RigOptions = {}): Promise<Rig> =>
    (rig = await startRig({
      ...options,
      source: { ...options.source, history, silenceMs: 600 * MINUTE_MS },
    }));
  afterEach(() => rig.stop());

  it('arrives after the first connection, and an unknown pair costs only itself', async () => {
    const depth = [
      ['1h', 48],
      ['1m', 1_440],
    ] as const;
    await rigged(depth, {
      pairs: ['BTCUSDT', 'NOPEUSDT', 'ETHUSDT'],
      prepare: (exchange) => exchange.markets.delete('NOPEUSDT'),
    });
    const connection = await rig.subscribed();
    await rig.advanceUntil('the history is there', () => rig.sink.history.length >= 2 * 1_488);
    expect(rig.sink.history).toHaveLength(2 * 1_488);
    expect(connection.streams).not.toContain('nopeusdt@aggTrade');
    expect(rig.logs).toContainEqual(expect.objectContaining({ unknown: ['NOPEUSDT'] }));
    const first = rig.sink.history[0];
    expect(first).toMatchObject({ interval: '1h', closed: true, close: '100.00000000' });
  });

  it('leaves no hole between itself and the first minute that streams', async () => {
    await rigged([['1m', 10]], { limits: { pingEveryMs: 60 * MINUTE_MS } });
    await rig.subscribed();
    await until('the history is there', () => rig.sink.history.length === 20);
    const newest = Math.max(...rig.sink.history.map(({ openTime }) => openTime));
    rig.timers.advance(2 * MINUTE_MS);
    rig.exchange.sendMinute('BTCUSDT');
    await until('the minutes between are fetched', () => rig.sink.history.length > 20);
    const between = rig.sink.history.slice(20).map(({ openTime }) => openTime);
    expect(between).toEqual([newest + MINUTE_MS, newest + 2 * MINUTE_MS]);
    expect(rig.sink.minutes[0].openTime).toBe(newest + 3 * MINUTE_MS);
  });

  it('is filled in later when the exchange does not answer for minutes', async () => {
    const failed = Array.from({ length: 30 }, () => ({ status: 503, body: HTML }));
    await rigged([['1m', 10]], {
      limits: { pingEveryMs: 600 * MINUTE_MS },
      prepare: (exchange) => exchange.answerWith('klines', ...failed),
    });
    await rig.subscribed();
    await rig.advanceUntil('the history is there', () => rig.sink.history.length === 20, 500);
    expect(rig.exchange.requestsFor('klines').length).toBeGreaterThan(30);
  });

  it('does not keep prices waiting, nor does the validation of the pairs', async () => {
    const instruments: Instrument[] = [];
    const failed = Array.from({ length: 9 }, () => ({ status: 503, body: HTML }));
    await rigged([], {
      pairs: ['BTCUSDT', 'NOPEUSDT'],
      limits: { pingEveryMs: 600 * MINUTE_MS },
      prepare: (exchange) => {
        exchange.markets.delete('NOPEUSDT');
        exchange.answerWith('exchangeInfo', ...failed);
      },
      source: { onInstruments: (known) => instruments.push(...known) },
    });
    const startedAt = rig.timers.now();
    await rig.subscribed();
    expect(rig.timers.now() - startedAt).toBeLessThan(3_000);
    await rig.advanceUntil('the pairs are validated', () => instruments.length > 0, 500);
    expect(instruments.map(({ pair }) => pair)).toEqual(['BTCUSDT']);
    expect(rig.logs).toContainEqual(expect.objectContaining({ unknown: ['NOPEUSDT'] }));
  });

  it('stops asking for the time before a pair was listed', async () => {
    await rigged([['1m', 5_000]], {
      pairs: ['NEWUSDT'],
      prepare: (exchange) => exchange.list('NEWUSDT', '5', Date.UTC(2024, 7, 9, 10)),
    });
    await rig.subscribed();
    await rig.advanceUntil('the history is there', () => rig.sink.history.length === 120);
    await rig.advanceUntil(
      'nothing more is asked',
      () => rig.exchange.requestsFor('klines').length >= 4,
    );
    expect(rig.sink.history).toHaveLength(120);
  });
});
