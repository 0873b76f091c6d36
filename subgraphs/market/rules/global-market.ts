import { type AssetState, open24hOf } from './asset';
import { type MarketTotals, totalsOf } from './global-figures';

/** The market as far as it is tracked, for as long as no feed has written the figures of the whole. */
export const trackedTotals = (assets: readonly AssetState[]): MarketTotals =>
  totalsOf(
    assets.flatMap((asset) =>
      asset.last === null
        ? []
        : [
            {
              symbol: asset.info.symbol,
              price: asset.last.price,
              price24h: open24hOf(asset),
              circulatingSupply: asset.info.circulatingSupply,
              volume24h: asset.last.dayStats?.quoteVolume ?? null,
            },
          ],
    ),
  );
