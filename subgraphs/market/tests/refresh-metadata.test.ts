import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import type { AssetFacts } from '../feeds/coingecko/coin-mapping';
import { type CoinMarket, toCoinMarkets } from '../feeds/coingecko/parse';
import type { CoinGeckoPlan } from '../feeds/coingecko/plans';
import { CoinMarkets } from '../feeds/coingecko/wire';
import {
  type MetadataRefresh,
  type RefreshMetadataParts,
  refreshMetadata,
} from '../jobs/refresh-metadata';

const PLAN: CoinGeckoPlan = {
  name: 'pro',
  host: 'http://127.0.0.1',
  headers: {},
  callsPerMinute: 500,
  callsPerMonth: null,
};
const MINUTE_MS = 60_000;

const market = (id: string, symbol: string, rank: number): CoinMarket => {
  const row = { id, symbol, name: id, market_cap_rank: String(rank), market_cap: '1000' };
  const [read] = toCoinMarkets(CoinMarkets.parse([row]));
  if (read === undefined) throw new Error('one row is one market');
  return read;
};
const MARKETS = [
  market('bitcoin', 'btc', 1),
  market('bonk', 'bonk', 103),
  market('fake', 'bonk', 999),
];
const GLOBAL = {
  marketCap: '2621040321355.0405',
  volume24h: '95133256404.37308',
  marketCapChange24h: -1.6,
  btcDominance: 57.9,
  ethDominance: 9.5,
  assets: 17_397,
  updatedAt: 1_779_878_351_000,
};

const RATES = [{ currency: 'EUR', perDollar: '0.86' }];

/** CoinGecko as far as the job asks it: counts what it is asked. */
class ScriptedCoinGecko {
  readonly asked: string[] = [];
  isDown = false;

  async markets(ids: readonly string[], signal: AbortSignal): Promise<CoinMarket[]> {
    await this.answer(`markets ${ids.join(',')}`, signal);
    return MARKETS.filter(({ id }) => ids.includes(id));
  }

  async global(signal: AbortSignal): Promise<typeof GLOBAL> {
    await this.answer('global', signal);
    return GLOBAL;
  }

  async trending(signal: AbortSignal): Promise<string[]> {
    await this.answer('trending', signal);
    return ['unknown-coin', 'bonk', 'bitcoin'];
  }

  async exchangeRates(signal: AbortSignal): Promise<typeof RATES> {
    await this.answer('exchange rates', signal);
    return RATES;
  }

  async list(signal: AbortSignal): Promise<{ id: string; symbol: string; name: string }[]> {
    await this.answer('list', signal);
    return MARKETS.map(({ id, name, symbol }) => ({ id, name, symbol: symbol.toLowerCase() }));
  }

  countOf(what: string): number {
    return this.asked.filter((one) => one.startsWith(what)).length;
  }

  private async answer(what: string, signal: AbortSignal): Promise<void> {
    this.asked.push(what);
    signal.throwIfAborted();
    if (this.isDown) throw new Error('CoinGecko is down');
  }
}

describe('metadata', () => {
  let source: ScriptedCoinGecko;
  let saved: {
    facts: AssetFacts[][];
    figures: unknown[];
    trending: (readonly string[])[];
    rates: unknown[];
  };
  let refresh: MetadataRefresh;

  const start = (assets: RefreshMetadataParts['assets']): void => {
    refresh = refreshMetadata({
      source,
      plan: PLAN,
      assets,
      store: {
        saveMetadata: async (facts) => saved.facts.push([...facts]),
        saveGlobal: async (figures) => saved.figures.push(figures),
        saveTrending: async (symbols) => saved.trending.push(symbols),
        saveExchangeRates: async (rates) => saved.rates.push(rates),
      },
      clock: () => Date.now(),
      log: createLog({ name: 'test', level: 'silent' }),
    });
  };
  const known = [
    { symbol: 'BTC', coingeckoId: 'bitcoin' },
    { symbol: 'BONK', coingeckoId: 'bonk' },
  ];

  beforeEach(() => {
    jest.useFakeTimers();
    source = new ScriptedCoinGecko();
    saved = { facts: [], figures: [], trending: [], rates: [] };
  });
  afterEach(async () => {
    await refresh.stop();
    jest.useRealTimers();
  });

  it('of the tracked assets, the whole market, what is trending and exchange rates is kept', async () => {
    start(known);
    expect(refresh.isGlobalKnown()).toBe(false);
    const startedAt = Date.now();
    await jest.advanceTimersByTimeAsync(MINUTE_MS / 2);
    expect(saved.rates).toEqual([{ at: startedAt + 2_000, rates: RATES }]);
    expect(saved.facts).toEqual([
      [
        { symbol: 'BTC', rank: 1, maxSupply: null, marketCap: '1000' },
        { symbol: 'BONK', rank: 103, maxSupply: null, marketCap: '1000' },
      ],
    ]);
    expect(saved.figures).toEqual([GLOBAL]);
    expect(saved.trending).toEqual([['BONK', 'BTC']]);
    expect(refresh.isGlobalKnown()).toBe(true);
    expect(source.countOf('list')).toBe(0);
  });

  it('is asked for again no sooner than it can have changed', async () => {
    start(known);
    await jest.advanceTimersByTimeAsync(60.5 * MINUTE_MS);
    expect(source.countOf('markets')).toBe(61);
    expect(source.countOf('global')).toBe(7);
    expect(source.countOf('trending')).toBe(7);
    expect(source.countOf('exchange rates')).toBe(7);
  });

  it('of an asset with an unknown id is that of the best-ranked coin, found out once a day', async () => {
    start([{ symbol: 'BONK', coingeckoId: null }]);
    await jest.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect(saved.facts.at(-1)).toMatchObject([{ symbol: 'BONK', rank: 103 }]);
    expect(saved.trending.at(-1)).toEqual(['BONK']);
    expect(source.countOf('list')).toBe(1);
    await jest.advanceTimersByTimeAsync(24 * 60 * MINUTE_MS);
    expect(source.countOf('list')).toBe(2);
  });

  it('comes back after CoinGecko was away, and old figures do not count meanwhile', async () => {
    start([{ symbol: 'BONK', coingeckoId: null }]);
    await jest.advanceTimersByTimeAsync(MINUTE_MS);
    source.isDown = true;
    await jest.advanceTimersByTimeAsync(45 * MINUTE_MS);
    expect(refresh.isGlobalKnown()).toBe(false);
    const before = saved.facts.length;
    source.isDown = false;
    await jest.advanceTimersByTimeAsync(11 * MINUTE_MS);
    expect(saved.facts.length).toBeGreaterThan(before);
    expect(refresh.isGlobalKnown()).toBe(true);
  });

  it('is not asked for any more once stopped', async () => {
    start(known);
    await refresh.stop();
    await jest.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect(source.asked).toEqual([]);
  });
});
