import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import type { CoinGecko } from '../feeds/coingecko/client';
import type { AssetInfo } from '../rules/asset';
import { endOf, openTimeOf } from '../rules/candles';
import type { Retention } from '../rules/retention';
import type { AssetStore } from '../store/assets';
import type { CandleStore } from '../store/candles';
import type { LiveMarket } from '../store/live-market';
import type { LiveMarketWriter } from '../store/live-market-writer';
import type { Announcer } from './announce-closed';
import { computeGlobal } from './compute-global';
import { keepCandles } from './keep-candles';
import type { OpenedMarket } from './open-market';
import { refreshBaselines } from './refresh-baselines';
import { refreshDayStats } from './refresh-day-stats';
import {
  type MetadataRefresh,
  type RefreshMetadataParts,
  refreshMetadata,
} from './refresh-metadata';
import type { Repeated } from './repeat';
import type { RunningFeed } from './run-feed';
import { seedCandles } from './seed-candles';
import type { CandleQueue } from './write-candles';

/** Who knows supplies, ranks and the whole market, and where what is said of assets goes. */
export interface MetadataSource extends Pick<RefreshMetadataParts, 'plan' | 'assets'> {
  source: CoinGecko;
  store: Pick<AssetStore, 'update'>;
}

export interface AccompanyParts {
  symbols: readonly string[];
  /** Whether what concerns the whole market is cared for here too. */
  isFirst: boolean;
  redis: RedisSpace;
  store: CandleStore;
  retention: Retention;
  listAssets: () => Promise<AssetInfo[]>;
  /** Asked beside live prices only: it speaks of the real market. */
  metadata: MetadataSource | null;
  opened: OpenedMarket;
  announcer: Announcer;
  /** Says `written` when history was filled in. */
  history: EventTarget;
  candles: Pick<CandleQueue, 'push'>;
  market: LiveMarket;
  writer: LiveMarketWriter;
  clock: Clock;
  log: Log;
}

/** Everything that goes on beside a running feed: what derives from history, and recovery. */
export const accompany =
  (parts: AccompanyParts) =>
  (feed: RunningFeed): Stop => {
    resumeMinutes(parts, feed);
    const seeds = seedCandles(parts, feed);
    const baselines = refreshBaselines(parts, feed);
    const dayStats = refreshDayStats(parts, feed);
    const whole = parts.isFirst ? careForWhole(parts, feed) : null;
    const followsHistory = [seeds, baselines, dayStats];
    const onHistory = (): void => followsHistory.forEach((job) => job.soon());
    parts.history.addEventListener('written', onHistory);
    restate(parts, feed);
    const stopWatching = onRedisBack(parts.redis, () => {
      feed.state.renew();
      feed.wake();
      baselines.soon();
      whole?.soon();
      restate(parts, feed);
    });
    return async () => {
      stopWatching();
      parts.history.removeEventListener('written', onHistory);
      const jobs = [...followsHistory, ...(whole === null ? [] : [whole])];
      await stopAll(
        jobs.map((job) => job.stop),
        parts.log,
      );
    };
  };

/** The figures of the whole market, what is said of assets, and the room for all candles. */
function careForWhole(parts: AccompanyParts, feed: RunningFeed): Repeated {
  const metadata = feed.source.kind === 'live' ? startMetadata(parts) : null;
  const isKnownOtherwise = (): boolean => metadata?.isGlobalKnown() ?? false;
  const figures = computeGlobal({ ...parts, isKnownOtherwise });
  const keeping = keepCandles(parts, feed);
  const jobs = [figures, keeping, ...(metadata === null ? [] : [metadata])];
  return {
    soon: figures.soon,
    stop: () =>
      stopAll(
        jobs.map((job) => job.stop),
        parts.log,
      ),
  };
}

function startMetadata({ metadata, writer, clock, log }: AccompanyParts): MetadataRefresh | null {
  if (metadata === null) return null;
  const { store } = metadata;
  return refreshMetadata({
    ...metadata,
    store: {
      saveMetadata: (facts) => store.update(facts, clock()),
      saveGlobal: (figures) => writer.writeGlobal(figures),
      saveTrending: (symbols) => writer.writeTrending(symbols),
      saveExchangeRates: (rates) => writer.writeExchangeRates(rates),
    },
    clock,
    log,
  });
}

/** Minutes that an earlier run has left go on, or are final where their time is over. */
function resumeMinutes(
  { opened, candles, clock }: AccompanyParts,
  { source, state }: RunningFeed,
): void {
  if (source.sendsMinutes) return;
  for (const minute of opened.minutes) {
    if (!minute.closed && endOf(minute) > clock()) state.resume(minute);
    else candles.push({ ...minute, closed: true });
  }
}

/** Other domains may have missed what was announced before. */
function restate({ announcer, symbols }: AccompanyParts, feed: RunningFeed): void {
  const time = feed.marketTime();
  if (time !== null) announcer.restate(symbols, openTimeOf('1m', time));
}

/** Redis may have come back empty. */
function onRedisBack({ client }: RedisSpace, then: () => void): () => void {
  let wasAway = false;
  const onClose = (): void => void (wasAway = true);
  const onReady = (): void => {
    if (wasAway) then();
    wasAway = false;
  };
  client.on('close', onClose).on('ready', onReady);
  return () => client.off('close', onClose).off('ready', onReady);
}
