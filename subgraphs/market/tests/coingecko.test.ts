import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '@spyhop/platform/config';
import { z } from 'zod';
import { readAnswer } from '../feeds/coingecko/answers';
import { CoinGecko, CoinGeckoError } from '../feeds/coingecko/client';
import { candidatesOf, mapCoins, toAssetFacts } from '../feeds/coingecko/coin-mapping';
import { parseExactJson } from '@spyhop/platform/exact-json';
import { type CoinMarket, toCoinMarkets } from '../feeds/coingecko/parse';
import {
  type CoinGeckoPlan,
  coinGeckoEnvironment,
  planOf,
  scheduleWithin,
} from '../feeds/coingecko/plans';
import { CoinMarkets, ExchangeRates, Global } from '../feeds/coingecko/wire';
import { CoinGeckoServer, sample } from './coingecko-server';
import { TestTimers } from './test-timers';
import { until } from './until';

const json = { 'content-type': 'application/json; charset=utf-8' };
const html = { 'content-type': 'text/html; charset=UTF-8' };
const never = new AbortController().signal;

describe('JSON read exactly', () => {
  it('keeps every digit of a number, whatever its form', () => {
    const text =
      '[0.1000, 20030493.0, 7.821066970851871e-11, 12345678901234567890.123456789, null, "1"]';
    expect(parseExactJson(text)).toEqual([
      '0.1000',
      '20030493.0',
      '7.821066970851871e-11',
      '12345678901234567890.123456789',
      null,
      '1',
    ]);
  });
});

describe('a row of /coins/markets', () => {
  const read = (row: object): CoinMarket | undefined =>
    toCoinMarkets(CoinMarkets.parse(parseExactJson(JSON.stringify([row]))))[0];

  it('is read with its digits', () => {
    const [market] = toCoinMarkets(CoinMarkets.parse(parseExactJson(sample('markets.json'))));
    expect(market).toEqual({
      id: 'bitcoin',
      symbol: 'BTC',
      name: 'Bitcoin',
      price: '77671',
      rank: 1,
      marketCap: '1555886872303',
      volume24h: '33235034316',
      high24h: '78419',
      low24h: '76696',
      change1h: 0.5823392426906319,
      change24h: -0.9530164743774191,
      change7d: -4.042267423689584,
      circulatingSupply: '20030493.0',
      maxSupply: '21000000.0',
      sparkline: ['81045.84776489827', '81001.73089268175', '80898.20817826076'],
      updatedAt: Date.parse('2026-05-18T12:49:21.599Z'),
    });
  });

  it('may have no number at all: what is null or missing is null, and not 0', () => {
    const [full] = JSON.parse(sample('markets.json')) as Record<string, unknown>[];
    const names = { id: 'x', symbol: 'x', name: 'X' };
    const nulls = Object.fromEntries(Object.keys(full ?? {}).map((key) => [key, null]));
    const nothing = {
      id: 'x',
      symbol: 'X',
      name: 'X',
      price: null,
      rank: null,
      marketCap: null,
      volume24h: null,
      high24h: null,
      low24h: null,
      change1h: null,
      change24h: null,
      change7d: null,
      circulatingSupply: null,
      maxSupply: null,
      sparkline: [],
      updatedAt: null,
    };
    expect(read({ ...nulls, ...names })).toEqual(nothing);
    expect(read(names)).toEqual(nothing);
    expect(read({ ...names, current_price: 0 })).toEqual({ ...nothing, price: '0' });
  });

  it('has small prices written out', () => {
    const body = '[{"id":"x","symbol":"x","name":"X","current_price":7.821066970851871e-11}]';
    const [market] = toCoinMarkets(CoinMarkets.parse(parseExactJson(body)));
    expect(market?.price).toBe('0.00000000007821066970851871');
  });

  it.each([
    [{ current_price: 'much' }, '0.current_price: is not a number'],
    [{ market_cap_rank: 1.5 }, '0.market_cap_rank: is not a whole number'],
    [{ last_updated: 'yesterday' }, '0.last_updated: Invalid ISO datetime'],
    [{ sparkline_in_7d: { price: [1, 'x'] } }, '0.sparkline_in_7d.price.1: is not a number'],
    [{ id: null }, '0.id: Invalid input: expected string, received null'],
  ])('is refused with the field that is wrong: %j', (wrong, fault) => {
    const body = JSON.stringify([{ id: 'x', symbol: 'x', name: 'X', ...wrong }]);
    expect(readAnswer({ status: 200, headers: json, body }, CoinMarkets)).toEqual({
      kind: 'unavailable',
      reason: `an unexpected body: ${fault}`,
    });
  });
});

describe('an error of CoinGecko', () => {
  const read = (status: number, body: string, headers: Record<string, string> = json) =>
    readAnswer({ status, headers, body }, Global);

  it('is a limit, for as long as Retry-After says', () => {
    const headers = { ...json, 'retry-after': '119' };
    expect(read(429, sample('error-limited.json'), headers)).toEqual({
      kind: 'limited',
      waitMs: 119_000,
      reason: expect.stringMatching(/^429: You've exceeded the Rate Limit/),
    });
  });

  it('is a limit for a minute without Retry-After, also as a page of the CDN', () => {
    for (const [status, body, headers] of [
      [429, sample('error-limited.json'), json],
      [429, sample('error-page.html'), html],
      [403, sample('error-page.html'), html],
      [403, '{"error":{"status":{"error_code":1020,"error_message":"blocked"}}}', json],
    ] as const) {
      expect(read(status, body, headers)).toMatchObject({ kind: 'limited', waitMs: 60_000 });
    }
  });

  it('is refused with its code and what helps, when nested', () => {
    expect(read(401, sample('error-nested.json'))).toEqual({
      kind: 'refused',
      code: 10_012,
      reason: expect.stringMatching(
        /^401: Your request exceeds.*\(the plan does not reach so far back\)$/,
      ),
    });
  });

  it('is refused with its text, when flat', () => {
    expect(read(404, sample('error-flat.json'))).toEqual({
      kind: 'refused',
      code: null,
      reason: '404: coin not found',
    });
  });

  it('may pass, when it is the server that fails or the body that is none', () => {
    expect(read(500, '{"status":500,"error":"Internal Server Error"}')).toEqual({
      kind: 'unavailable',
      reason: '500: Internal Server Error',
    });
    expect(read(200, sample('error-page.html'), html)).toMatchObject({ kind: 'unavailable' });
    expect(read(200, '{"data":{"mar')).toMatchObject({ kind: 'unavailable' });
    expect(read(502, '', {})).toEqual({
      kind: 'unavailable',
      reason: '502: a body of no known type',
    });
  });
});

describe('the CoinGecko client', () => {
  let server: CoinGeckoServer;
  let timers: TestTimers;
  let client: CoinGecko;

  const planFor = (changes: Partial<CoinGeckoPlan> = {}): CoinGeckoPlan => ({
    name: 'demo',
    host: server.url,
    headers: { 'x-cg-demo-api-key': 'secret' },
    callsPerMinute: 30,
    callsPerMonth: null,
    ...changes,
  });
  const open = (plan: Partial<CoinGeckoPlan> = {}): CoinGecko =>
    new CoinGecko({ plan: planFor(plan), timers, random: () => 0.5 });

  beforeEach(async () => {
    server = await CoinGeckoServer.open();
    timers = new TestTimers();
    client = open();
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it('asks with the key in the header of its plan', async () => {
    await client.global(never);
    expect(server.requests[0]?.headers['x-cg-demo-api-key']).toBe('secret');
  });

  it('asks for many coins in pages', async () => {
    const ids = Array.from({ length: 300 }, (_, at) => `coin-${at}`);
    await client.markets(ids, never);
    const queries = server.requestsFor('coins/markets').map(({ query }) => query);
    expect(queries.map((query) => query.get('ids')?.split(',').length)).toEqual([250, 50]);
    expect(Object.fromEntries(queries[0] ?? [])).toMatchObject({
      vs_currency: 'usd',
      per_page: '250',
      sparkline: 'true',
      price_change_percentage: '1h,24h,7d',
    });
  });

  it('reads the figures of the whole market', async () => {
    expect(await client.global(never)).toEqual({
      marketCap: '2621040321355.0405',
      volume24h: '95133256404.37308',
      marketCapChange24h: -1.6081983639177684,
      btcDominance: 57.9539332566265,
      ethDominance: 9.58227145398409,
      assets: 17_397,
      updatedAt: 1_779_878_351_000,
    });
  });

  it('reads what a dollar is worth in the currencies of states', async () => {
    // 65223.37 / 75817.765 and so on, by another program, to 12 digits.
    expect(await client.exchangeRates(never)).toEqual([
      { currency: 'EUR', perDollar: '0.860265005174' },
      { currency: 'JPY', perDollar: '155.94573012' },
      { currency: 'KWD', perDollar: '0.306981800374' },
      { currency: 'USD', perDollar: '1' },
    ]);
  });

  it.each([
    ['{"eur":{"value":2,"type":"fiat"}}', 'rates.usd'],
    ['{"usd":{"value":0,"type":"fiat"}}', 'is not above 0'],
    ['{"usd":{"value":1,"type":"fiat"},"eur":{"value":-2,"type":"fiat"}}', 'is not above 0'],
  ])('refuses exchange rates that nothing can be divided by: %s', (rates, fault) => {
    const answer = { status: 200, headers: json, body: `{"rates":${rates}}` };
    expect(readAnswer(answer, ExchangeRates)).toEqual({
      kind: 'unavailable',
      reason: expect.stringContaining(fault),
    });
  });

  it('takes only the ids of what is trending', async () => {
    expect(await client.trending(never)).toEqual(['bonk']);
  });

  it('waits as long as a limit says, and asks again', async () => {
    const limited = { status: 429, body: sample('error-limited.json') };
    server.answerWith('global', { ...limited, headers: { 'retry-after': '7' } }, limited);
    const asked = client.global(never);
    await until('it waits', () => timers.size === 1);
    timers.advance(6_999);
    expect(server.requests).toHaveLength(1);
    timers.advance(1);
    await until('it waits once more', () => server.requests.length === 2 && timers.size === 1);
    timers.advance(59_999);
    expect(timers.size).toBe(1);
    timers.advance(1);
    expect(await asked).toMatchObject({ assets: 17_397 });
  });

  it('makes no more calls in a minute than the plan allows', async () => {
    await client.close();
    client = open({ callsPerMinute: 2 });
    const asked = Promise.all([1, 2, 3].map(() => client.global(never)));
    await until('the third waits', () => server.requests.length === 2 && timers.size === 1);
    timers.advance(60_000);
    await asked;
    expect(server.requests).toHaveLength(3);
  });

  it('tries again where that helps, and not for ever', async () => {
    const failing = { status: 503, body: '{}' };
    server.answerWith('global', failing, failing, failing, failing);
    const asked = client.global(never);
    const failed = expect(asked).rejects.toThrow('global: 503: a body of application/json');
    for (const delay of [750, 1_500]) {
      await until('it pauses', () => timers.size === 1);
      timers.advance(delay);
    }
    await failed;
    expect(server.requests).toHaveLength(3);
  });

  it('does not repeat a request that is wrong in itself, and says what helps', async () => {
    const body = '{"error":{"status":{"error_code":10002,"error_message":"API Key Missing"}}}';
    server.answerWith('global', { status: 401, body });
    const error = await client.global(never).catch((err: unknown) => err);
    expect(error).toBeInstanceOf(CoinGeckoError);
    expect(error).toMatchObject({
      code: 10_002,
      message:
        'global: 401: API Key Missing (a key is needed: set COINGECKO_DEMO_KEY or COINGECKO_PRO_KEY)',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('gives up waiting as soon as it is told to', async () => {
    server.answerWith('global', { status: 429, body: sample('error-limited.json') });
    const stop = new AbortController();
    const asked = client.global(stop.signal);
    await until('it waits', () => timers.size === 1);
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    expect(timers.size).toBe(0);
  });
});

describe('the plan', () => {
  const plan = (env: Record<string, string>): CoinGeckoPlan | null =>
    planOf(readConfig(z.object(coinGeckoEnvironment), env));

  it('follows from the key', () => {
    expect(plan({})).toMatchObject({
      name: 'keyless',
      host: 'https://api.coingecko.com/api/v3',
      headers: {},
    });
    expect(plan({ COINGECKO_DEMO_KEY: 'a' })).toMatchObject({
      name: 'demo',
      host: 'https://api.coingecko.com/api/v3',
      headers: { 'x-cg-demo-api-key': 'a' },
    });
    expect(plan({ COINGECKO_PRO_KEY: 'b', COINGECKO_CALLS_PER_MINUTE: '1000' })).toMatchObject({
      name: 'pro',
      host: 'https://pro-api.coingecko.com/api/v3',
      headers: { 'x-cg-pro-api-key': 'b' },
      callsPerMinute: 1_000,
    });
    expect(plan({ COINGECKO: 'off', COINGECKO_PRO_KEY: 'b' })).toBeNull();
  });

  it('polls no more often than figures change, and than the month allows', () => {
    const pro = plan({ COINGECKO_PRO_KEY: 'b' });
    const demo = plan({ COINGECKO_DEMO_KEY: 'a' });
    if (pro === null || demo === null) throw new Error('both are on');
    expect(scheduleWithin(pro, 1)).toEqual({
      markets: 60_000,
      global: 600_000,
      trending: 600_000,
      exchangeRates: 600_000,
    });
    const month = 30 * 86_400_000;
    const every = scheduleWithin(demo, 2);
    const calls =
      (2 * month) / every.markets +
      month / every.global +
      month / every.trending +
      month / every.exchangeRates;
    expect(calls).toBeLessThan(6_001);
    expect(calls).toBeGreaterThan(5_900);
  });
});

describe('which coin an asset is', () => {
  const coin = (id: string, symbol: string, rank: number | null): CoinMarket => ({
    ...toCoinMarkets(
      CoinMarkets.parse([
        { id, symbol, name: id, market_cap_rank: rank === null ? null : String(rank) },
      ]),
    )[0]!,
    circulatingSupply: '2100000.5',
    marketCap: '5000',
  });
  const list = [
    { id: 'bitcoin', symbol: 'btc', name: 'Bitcoin' },
    { id: 'batcat', symbol: 'btc', name: 'batcat' },
    { id: 'sats-ordinals', symbol: 'sats', name: 'SATS' },
    { id: '1000x', symbol: '1000x', name: '1000x' },
    { id: 'wrong', symbol: 'pol', name: 'Wrong' },
  ];
  const markets = [
    coin('batcat', 'btc', null),
    coin('bitcoin', 'btc', 1),
    coin('sats-ordinals', 'sats', 300),
    coin('1000x', '1000x', 900),
    coin('polygon-ecosystem-token', 'pol', 50),
  ];
  const unknown = (symbol: string) => ({ symbol, coingeckoId: null });
  const mapped = (assets: { symbol: string; coingeckoId: string | null }[]) =>
    mapCoins(assets, candidatesOf(assets, list), markets);

  it('is the best-ranked one with its symbol', () => {
    expect([...mapped([unknown('BTC')])]).toEqual([['BTC', { id: 'bitcoin', coins: 1 }]]);
  });

  it('is the one it is known to be, whatever the symbol says', () => {
    const known = { symbol: 'POL', coingeckoId: 'polygon-ecosystem-token' };
    expect(mapped([known]).get('POL')).toEqual({ id: 'polygon-ecosystem-token', coins: 1 });
  });

  it('may be traded in thousands: then supply is counted in thousands too', () => {
    const coins = mapped([unknown('1000SATS'), unknown('1000X')]);
    expect([...coins.values()]).toEqual([
      { id: 'sats-ordinals', coins: 1_000 },
      { id: '1000x', coins: 1 },
    ]);
    expect(toAssetFacts(coins, markets)).toMatchObject([
      { symbol: '1000SATS', rank: 300, circulatingSupply: '2100.0005', marketCap: '5000' },
      { symbol: '1000X', circulatingSupply: '2100000.5' },
    ]);
  });

  it('may not be known', () => {
    expect(mapped([unknown('NOPE')]).size).toBe(0);
  });

  it('leaves out what CoinGecko does not know, or gives as 0', () => {
    const coins = new Map([['X', { id: 'x', coins: 1 }]]);
    const vague = { ...coin('x', 'x', null), circulatingSupply: '0.0', marketCap: null };
    expect(toAssetFacts(coins, [vague])).toEqual([{ symbol: 'X', rank: null, maxSupply: null }]);
    expect(toAssetFacts(coins, [])).toEqual([]);
  });
});
