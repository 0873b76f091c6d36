import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import type { Instrument } from '../rules/instrument';
import { type NewAsset, assetNamed, defaultAssets } from '../rules/new-asset';
import type { AssetStore } from '../store/assets';
import { repeat } from './repeat';

export interface TrackAssetsParts {
  /** What the feed follows. */
  assets: readonly { symbol: string; pair: string }[];
  store: Pick<AssetStore, 'add' | 'update'>;
  clock: Clock;
  log: Log;
}

export interface AssetTracker {
  /** What the exchange says of its pairs: with how many digits it quotes each price. */
  learn(instruments: readonly Instrument[]): void;
  stop: Stop;
}

const FIRST_MS = 1_500;
const EVERY_MS = 10 * 60_000;
const SOON_MS = 500;

/** Sees to it that every asset the feed follows is in the graph, with its digits once they are known. */
export function trackAssets({ assets, store, clock, log }: TrackAssetsParts): AssetTracker {
  const followed = describedOf(assets);
  const symbols = new Map(assets.map(({ pair, symbol }) => [pair, symbol]));
  const learnt = new Map<string, number>();
  const job = repeat({
    name: 'track assets',
    firstMs: FIRST_MS,
    everyMs: EVERY_MS,
    soonMs: SOON_MS,
    work: async () => {
      const added = await store.add(followed, clock());
      if (added > 0) log.info({ added }, 'more assets are tracked');
      const toKeep = [...learnt].map(([symbol, priceDecimals]) => ({ symbol, priceDecimals }));
      if (toKeep.length > 0) await store.update(toKeep, clock());
      for (const { symbol, priceDecimals } of toKeep) {
        if (learnt.get(symbol) === priceDecimals) learnt.delete(symbol);
      }
      return true;
    },
    log,
  });
  return {
    learn: (instruments) => {
      for (const { pair, priceDecimals } of instruments) {
        const symbol = symbols.get(pair);
        if (symbol !== undefined && priceDecimals !== null) learnt.set(symbol, priceDecimals);
      }
      job.soon();
    },
    stop: job.stop,
  };
}

function describedOf(assets: TrackAssetsParts['assets']): NewAsset[] {
  const defaults = new Map(defaultAssets().map((asset) => [asset.symbol, asset]));
  return assets.map(({ symbol, pair }) => defaults.get(symbol) ?? assetNamed(symbol, pair));
}
