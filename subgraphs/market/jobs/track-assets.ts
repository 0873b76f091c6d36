import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { assetNamed, defaultAssets } from '../rules/new-asset';
import type { AssetStore } from '../store/assets';
import { type Repeated, repeat } from './repeat';

export interface TrackAssetsParts {
  /** What the feed follows. */
  assets: readonly { symbol: string; pair: string }[];
  store: Pick<AssetStore, 'add'>;
  clock: Clock;
  log: Log;
}

const EVERY_MS = 10 * 60_000;
const SOON_MS = 2_000;

/** Sees to it that every asset the feed follows is in the graph; what is known of it stays as it is. */
export function trackAssets({ assets, store, clock, log }: TrackAssetsParts): Repeated {
  const defaults = new Map(defaultAssets().map((asset) => [asset.symbol, asset]));
  const followed = assets.map(
    ({ symbol, pair }) => defaults.get(symbol) ?? assetNamed(symbol, pair),
  );
  return repeat({
    name: 'track assets',
    everyMs: EVERY_MS,
    soonMs: SOON_MS,
    work: async () => {
      const added = await store.add(followed, clock());
      if (added > 0) log.info({ added }, 'more assets are tracked');
      return true;
    },
    log,
  });
}
