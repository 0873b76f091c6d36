import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { INTERVAL_MS } from '../rules/candles';
import { dayStatsOf, dayStretches } from '../rules/day-stats';
import type { CandleStore } from '../store/candles';
import { type Repeated, repeat } from './repeat';
import type { RunningFeed } from './run-feed';

export interface DayStatsParts {
  symbols: readonly string[];
  store: Pick<CandleStore, 'stretches'>;
  clock: Clock;
  log: Log;
}

const EVERY_MS = 30_000;
const SOON_MS = 2_000;

/** Statistics of the last 24 hours from stored candles, for symbols of which the source sends none. */
export function refreshDayStats(parts: DayStatsParts, feed: RunningFeed): Repeated {
  const computed = new Set<string>();
  return repeat({
    name: 'refresh day statistics',
    everyMs: EVERY_MS,
    soonMs: SOON_MS,
    work: () => refresh(parts, feed, computed),
    log: parts.log,
  });
}

async function refresh(
  { symbols, store, clock }: DayStatsParts,
  { state, marketTime, wake }: RunningFeed,
  computed: Set<string>,
): Promise<boolean> {
  const time = marketTime();
  if (time === null) return false;
  const isSilent = (symbol: string): boolean =>
    computed.has(symbol) || state.dayStatsOf(symbol) === undefined;
  const priced = symbols.filter((symbol) => state.newestPrice(symbol) && isSilent(symbol));
  const stored = await store.stretches(priced, dayStretches(time));
  for (const symbol of priced) {
    const price = state.newestPrice(symbol);
    const own = stored.filter((candle) => candle.symbol === symbol);
    const stats = price && dayStatsOf(own, price, time - INTERVAL_MS['1d']);
    if (!stats) continue;
    computed.add(symbol);
    state.dayStats(stats, clock());
  }
  wake();
  return true;
}
