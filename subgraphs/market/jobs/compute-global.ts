import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { AssetInfo } from '../rules/asset';
import { trackedTotals } from '../rules/global-market';
import type { LiveMarket } from '../store/live-market';
import type { LiveMarketWriter } from '../store/live-market-writer';
import { type Repeated, repeat } from './repeat';

export interface ComputeGlobalParts {
  listAssets: () => Promise<AssetInfo[]>;
  market: Pick<LiveMarket, 'readQuotes'>;
  writer: Pick<LiveMarketWriter, 'writeGlobal'>;
  /** True while a source of the whole market's figures writes them itself. */
  isKnownOtherwise: () => boolean;
  clock: Clock;
  log: Log;
}

const FIRST_MS = 1_500;
const EVERY_MS = 5_000;
const SOON_MS = 1_000;

/** Keeps the figures of the whole market, from the tracked assets, where nobody else reports them. */
export const computeGlobal = (parts: ComputeGlobalParts): Repeated =>
  repeat({
    name: 'compute global figures',
    firstMs: FIRST_MS,
    everyMs: EVERY_MS,
    soonMs: SOON_MS,
    work: () => compute(parts),
    log: parts.log,
  });

async function compute(parts: ComputeGlobalParts): Promise<boolean> {
  if (parts.isKnownOtherwise()) return true;
  const assets = await parts.listAssets();
  const quotes = await parts.market.readQuotes(assets.map(({ symbol }) => symbol));
  const totals = trackedTotals(
    assets.map((info, at) => ({
      info,
      last: quotes[at]?.last ?? null,
      baseline: quotes[at]?.baseline ?? null,
    })),
  );
  if (totals.assets === 0) return false;
  await parts.writer.writeGlobal({ ...totals, updatedAt: parts.clock() });
  return true;
}
