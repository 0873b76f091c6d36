import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { COINS_PER_PAGE, type CoinGecko } from '../feeds/coingecko/client';
import {
  type AssetFacts,
  type CoinOfAsset,
  candidatesOf,
  mapCoins,
  toAssetFacts,
} from '../feeds/coingecko/coin-mapping';
import type { GlobalReport } from '../feeds/coingecko/parse';
import { type CoinGeckoPlan, scheduleWithin } from '../feeds/coingecko/plans';
import type { RatesOfDollar } from '../rules/exchange-rates';
import { repeat } from './repeat';

/** Where what is learnt goes. */
export interface MetadataStore {
  saveMetadata(facts: readonly AssetFacts[]): Promise<unknown>;
  saveGlobal(figures: GlobalReport): Promise<unknown>;
  /** Symbols of tracked assets, most attention first. */
  saveTrending(symbols: readonly string[]): Promise<unknown>;
  saveExchangeRates(rates: RatesOfDollar): Promise<unknown>;
}

export interface RefreshMetadataParts {
  source: Pick<CoinGecko, 'markets' | 'global' | 'trending' | 'exchangeRates' | 'list'>;
  plan: CoinGeckoPlan;
  /** The tracked assets; the id is null where it has to be found out. */
  assets: readonly { symbol: string; coingeckoId: string | null }[];
  store: MetadataStore;
  clock: Clock;
  log: Log;
}

export interface MetadataRefresh {
  /** True while the figures of the whole market are kept. */
  isGlobalKnown(): boolean;
  stop: Stop;
}

const DAY_MS = 86_400_000;
/** The start of the process is busy enough. */
const FIRST_MS = 2_000;
/** Figures that have missed so many turns are not kept any more. */
const MISSED_TURNS = 3;

/** Keeps metadata, global figures, trending assets and exchange rates as fresh as the plan allows, until stopped. */
export function refreshMetadata(parts: RefreshMetadataParts): MetadataRefresh {
  const { source, store, plan, assets, clock, log } = parts;
  const ending = new AbortController();
  const every = scheduleWithin(plan, Math.ceil(assets.length / COINS_PER_PAGE));
  const coins = new KnownCoins(parts, ending.signal);
  let globalAt = -Infinity;
  const keep = (name: string, everyMs: number, work: () => Promise<unknown>): Stop => {
    const attempt = (): Promise<boolean> => work().then(() => true);
    return repeat({ name, firstMs: FIRST_MS, everyMs, soonMs: everyMs, work: attempt, log }).stop;
  };
  const stops = [
    keep('refresh metadata', every.markets, async () => {
      const known = await coins.get();
      const ids = [...known.values()].map(({ id }) => id);
      await store.saveMetadata(toAssetFacts(known, await source.markets(ids, ending.signal)));
    }),
    keep('refresh global figures', every.global, async () => {
      await store.saveGlobal(await source.global(ending.signal));
      globalAt = clock();
    }),
    keep('refresh trending', every.trending, async () => {
      const known = await coins.get();
      const symbols = new Map([...known].map(([symbol, { id }]) => [id, symbol]));
      const ids = await source.trending(ending.signal);
      await store.saveTrending(ids.flatMap((id) => symbols.get(id) ?? []));
    }),
    keep('refresh exchange rates', every.exchangeRates, async () => {
      const rates = await source.exchangeRates(ending.signal);
      await store.saveExchangeRates({ at: clock(), rates });
    }),
  ];
  return {
    isGlobalKnown: () => clock() - globalAt < MISSED_TURNS * every.global,
    stop: () => {
      ending.abort();
      return stopAll(stops, log);
    },
  };
}

/** Which coin each asset is; looked up again once a day where an id is not known beforehand. */
class KnownCoins {
  private coins: Promise<Map<string, CoinOfAsset>> | null = null;
  private askedAt = -Infinity;

  constructor(
    private readonly parts: RefreshMetadataParts,
    private readonly signal: AbortSignal,
  ) {}

  get(): Promise<Map<string, CoinOfAsset>> {
    const now = this.parts.clock();
    if (this.coins === null || now - this.askedAt > DAY_MS) {
      this.askedAt = now;
      this.coins = this.lookUp();
      this.coins.catch(() => (this.coins = null));
    }
    return this.coins;
  }

  private async lookUp(): Promise<Map<string, CoinOfAsset>> {
    const { assets, source } = this.parts;
    if (assets.every(({ coingeckoId }) => coingeckoId !== null))
      return mapCoins(assets, new Map(), []);
    const candidates = candidatesOf(assets, await source.list(this.signal));
    const markets = await source.markets([...candidates.values()].flat(), this.signal);
    return mapCoins(assets, candidates, markets);
  }
}
