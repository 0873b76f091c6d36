import type { Clock } from '@spyhop/platform/clock';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { type TradeEvent, candleUpdated, priceTicked, tradePrinted } from '@spyhop/platform/topics';
import type { NewestPrice } from '../rules/conflate';
import type { DayStats, Trade } from '../rules/market-data';
import type { MarketState, StateChanges } from '../rules/market-state';
import { FencedOff } from '../store/guarded-write';
import type { LastPrice } from '../store/live-market';
import type { LiveMarketWriter } from '../store/live-market-writer';
import type { FeedMetrics } from './feed-metrics';

export interface PublishParts {
  state: MarketState;
  writer: Pick<LiveMarketWriter, 'writeChanges'>;
  events: Pick<LiveEvents, 'publish'>;
  clock: Clock;
  log: Log;
  metrics: FeedMetrics;
  /** Somebody else leads: nothing was written, and nothing will be. */
  onFencedOff: (err: FencedOff) => void;
}

export interface Publisher {
  /** Something changed. Cheap: at most one write is under way, and the next takes everything since. */
  wake(): void;
  stop: Stop;
}

/** Writes closer together than this, in ms, cost more than the delay is worth. */
const LEAST_GAP_MS = 1;
const RETRY_MS = 200;
/** Events per symbol and write; the list in Redis still gets all. */
const MOST_PRINTS = 25;

/** Carries what changed in memory to Redis and to the live events: each write first, then its events. */
export function publishMarket(parts: PublishParts): Publisher {
  const { state, clock, log } = parts;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> | null = null;
  let lastWriteAt = -Infinity;
  let isFailing = false;
  let isStopped = false;

  const schedule = (delayMs: number): void => {
    if (timer !== null || writing !== null || isStopped) return;
    timer = setTimeout(write, delayMs);
  };

  const write = (): void => {
    timer = null;
    lastWriteAt = clock();
    writing = flush(parts, lastWriteAt)
      .then(succeeded, failed)
      .finally(() => {
        writing = null;
        if (!state.isIdle) schedule(isFailing ? RETRY_MS : LEAST_GAP_MS);
      });
  };

  const succeeded = (): void => {
    if (isFailing) log.info('the live market is written again');
    isFailing = false;
  };

  const failed = (err: unknown): void => {
    if (err instanceof FencedOff) {
      isStopped = true;
      parts.onFencedOff(err);
      return;
    }
    if (!isFailing) log.warn({ err }, 'the live market cannot be written; trying again');
    isFailing = true;
    parts.metrics.failedWrites.inc({ store: 'redis' });
  };

  return {
    wake: () => schedule(Math.max(0, lastWriteAt + LEAST_GAP_MS - clock())),
    stop: async () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await writing;
    },
  };
}

async function flush({ state, writer, events, metrics }: PublishParts, now: number): Promise<void> {
  const changes = state.takeDue(now);
  try {
    await writer.writeChanges({
      prices: changes.prices.map((price) => lastPriceOf(price, state.dayStatsOf(price.symbol))),
      trades: eventsBySymbol(changes.trades),
      candles: changes.candles,
    });
  } catch (err) {
    state.renew(changes);
    throw err;
  }
  await announce(changes, events);
  metrics.published.inc({ topic: 'price' }, changes.moved.length);
  metrics.published.inc({ topic: 'candle' }, changes.candles.length);
  const newest = changes.prices.at(-1);
  if (newest !== undefined) metrics.lag.set(now - newest.receivedAt);
}

async function announce(changes: StateChanges, events: PublishParts['events']): Promise<void> {
  const printed = [...changes.trades.values()].flatMap((trades) => trades.slice(-MOST_PRINTS));
  await Promise.all([
    ...changes.moved.map((price) => events.publish(priceTicked, price)),
    ...changes.candles.map((candle) => events.publish(candleUpdated, candle)),
    ...printed.map((trade) => events.publish(tradePrinted, tradeEventOf(trade))),
  ]);
}

function lastPriceOf(price: NewestPrice, stats: DayStats | undefined): LastPrice {
  if (stats === undefined) return price;
  const { open, high, low, volume, quoteVolume } = stats;
  return { ...price, dayStats: { open, high, low, volume, quoteVolume } };
}

const eventsBySymbol = (trades: ReadonlyMap<string, Trade[]>): Map<string, TradeEvent[]> =>
  new Map([...trades].map(([symbol, printed]) => [symbol, printed.map(tradeEventOf)]));

const tradeEventOf = ({ symbol, id, price, quantity, time, aggressor }: Trade): TradeEvent => ({
  symbol,
  id,
  price,
  quantity,
  time,
  aggressor,
});
