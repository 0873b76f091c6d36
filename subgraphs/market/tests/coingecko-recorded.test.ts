import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import type { z } from 'zod';
import { readAnswer } from '../feeds/coingecko/answers';
import { candidatesOf, mapCoins } from '../feeds/coingecko/coin-mapping';
import { parseExactJson } from '@spyhop/platform/exact-json';
import { toCoinMarkets, toGlobalReport } from '../feeds/coingecko/parse';
import { CoinList, CoinMarkets, Global, Trending } from '../feeds/coingecko/wire';
import { DEFAULT_ASSETS } from '../rules/universe';

const JSON_TYPE = { 'content-type': 'application/json' };

/** By what a file's name begins with. */
const SHAPES: readonly (readonly [name: string, schema: z.ZodType])[] = [
  ['coins_markets', CoinMarkets],
  ['coins_list', CoinList],
  ['search_trending', Trending],
  ['global.json', Global],
];

/** Nothing of these is shown: they only have to be readable. */
const UNUSED =
  /^(asset_platforms|categories|coin_tickers|coins_bitcoin|coins_ethereum|coins_matic|coins_token|currencies|exchanges|global_defi|market_chart|ohlc|simple_price)/;

const ERRORS: readonly (readonly [name: string, status: number, reason: string])[] = [
  ['error422_coins_markets_missing_vs_currency.json', 422, 'Missing parameter vs_currency'],
  ['error422_history_missing_date.json', 422, 'Missing parameter date'],
  ['error422_market_chart_missing_vs_currency.json', 422, 'Missing parameter vs_currency'],
  ['error422_simple_price_missing.json', 422, 'Missing parameter ids'],
  ['error500_ohlc_missing_params.json', 500, 'Internal Server Error'],
];

function bodyOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

describeRecorded(describe, 'the recorded answers of CoinGecko', 'coingecko', (folder) => {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.json(\.gz)?$/.test(entry.name))
    .map((entry) => ({ name: entry.name, file: join(entry.parentPath, entry.name) }));

  const read = <Wire>(path: string, schema: z.ZodType<Wire>): Wire => {
    const body = bodyOf(join(folder, path));
    const outcome = readAnswer({ status: 200, headers: JSON_TYPE, body }, schema);
    if (outcome.kind !== 'ok') throw new Error(`${path}: ${outcome.reason}`);
    return outcome.body;
  };

  it.each(files.filter(({ name }) => !name.startsWith('error')))(
    '$name is read',
    ({ name, file }) => {
      const body = bodyOf(file);
      const schema = SHAPES.find(([start]) => name.startsWith(start))?.[1];
      expect(schema !== undefined || UNUSED.test(name)).toBe(true);
      if (schema === undefined) expect(parseExactJson(body)).toBeDefined();
      else {
        const outcome = readAnswer({ status: 200, headers: JSON_TYPE, body }, schema);
        expect(outcome).toMatchObject({ kind: 'ok' });
      }
    },
  );

  it.each(ERRORS)('%s is read as an error', (name, status, reason) => {
    const body = bodyOf(join(folder, 'coingecko_ruby', name));
    expect(readAnswer({ status, headers: JSON_TYPE, body }, CoinMarkets)).toMatchObject({
      kind: status === 500 ? 'unavailable' : 'refused',
      reason: `${status}: ${reason}`,
    });
  });

  it('have all their errors named here', () => {
    const named = ERRORS.map(([name]) => name);
    expect(files.map(({ name }) => name).filter((name) => name.startsWith('error'))).toEqual(
      expect.arrayContaining(named),
    );
    expect(files.filter(({ name }) => name.startsWith('error'))).toHaveLength(named.length);
  });

  it('keep their digits', () => {
    const markets = toCoinMarkets(
      read('coingecko_ruby/coins_markets_btc_eth_in_eth.json', CoinMarkets),
    );
    const text = bodyOf(join(folder, 'coingecko_ruby/coins_markets_btc_eth_in_eth.json'));
    for (const { price, marketCap } of markets) {
      expect(text).toContain(`"current_price":${price},`);
      expect(text).toContain(`"market_cap":${marketCap},`);
    }
  });

  it('say null where CoinGecko does not know', () => {
    const markets = toCoinMarkets(read('dashbrd/coins_markets.json.gz', CoinMarkets));
    expect(markets).toHaveLength(250);
    expect(markets.filter(({ maxSupply }) => maxSupply === null).length).toBeGreaterThan(50);
    expect(markets.find(({ id }) => id === 'ethereum')?.maxSupply).toBeNull();
  });

  it('tell the whole market', () => {
    expect(toGlobalReport(read('coingecko_ruby/global.json', Global))).toMatchObject({
      marketCap: '2142953338976.9612',
      assets: 7_362,
      updatedAt: expect.any(Number),
    });
  });

  it('are enough to tell which coin an asset is, although 1,344 symbols are used more than once', () => {
    const list = read('dashbrd/coins_list.json.gz', CoinList);
    const markets = toCoinMarkets(read('dashbrd/coins_markets.json.gz', CoinMarkets));
    const counts = new Map<string, number>();
    for (const { symbol } of list) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    expect([...counts.values()].filter((count) => count > 1)).toHaveLength(1_344);
    const ranked = new Set(markets.map(({ id }) => id));
    const namesakes = list.filter(({ id }) => ranked.has(id));
    const asked = DEFAULT_ASSETS.filter(({ symbol, coingeckoId }) =>
      namesakes.some((coin) => coin.id === coingeckoId && coin.symbol === symbol.toLowerCase()),
    );
    const unnamed = asked.map(({ symbol }) => ({ symbol, coingeckoId: null }));
    const mapped = mapCoins(unnamed, candidatesOf(unnamed, list), markets);
    expect(asked.length).toBeGreaterThan(40);
    expect(asked.map(({ symbol }) => mapped.get(symbol)?.id)).toEqual(
      asked.map(({ coingeckoId }) => coingeckoId),
    );
  });
});
