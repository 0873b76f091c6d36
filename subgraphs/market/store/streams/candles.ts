import type { LiveEvents } from '@spyhop/platform/live-events';
import { type CandleInterval, candleUpdated } from '@spyhop/platform/topics';
import { withRecent } from '../../rules/candle-page';
import type { Candle } from '../../rules/market-data';
import type { LiveMarket } from '../live-market';
import { follow } from './follow';
import { type Outbox, PushedStream } from '@spyhop/platform/pushed-stream';

/** Candles a reader may fall behind before the oldest are skipped; also how many events are buffered. */
const MOST_BEHIND = 16;

/** The newest state of each unsent candle, oldest candle first. */
class CandleQueue implements Outbox<Candle> {
  private readonly unsent: Candle[] = [];

  constructor(private readonly onClose: () => void) {}

  add(candle: Candle): void {
    const last = this.unsent.at(-1);
    if (last?.openTime === candle.openTime) this.unsent.pop();
    this.unsent.push(candle);
    if (this.unsent.length > MOST_BEHIND) this.unsent.shift();
  }

  take(): Candle | undefined {
    return this.unsent.shift();
  }

  close(): void {
    this.onClose();
  }
}

export interface CandleSources {
  live: LiveEvents;
  market: Pick<LiveMarket, 'readRecent'>;
  /** Finished candles with from ≤ openTime < to (epoch ms), newest first, at most `first`. */
  finished: (range: { from: number; to: number; first: number }) => Promise<Candle[]>;
}

/**
 * The forming candle now and whenever it changes, and each one once more when it closes.
 * After Redis was away, what closed meanwhile comes first.
 */
export async function streamCandles(
  { live, market, finished }: CandleSources,
  symbol: string,
  interval: CandleInterval,
): Promise<AsyncIterableIterator<Candle>> {
  let end = (): void => undefined;
  let newest: Candle | null = null;
  const queue = new CandleQueue(() => end());
  const out = new PushedStream(queue);
  const send = (candle: Candle): void => {
    newest = candle;
    queue.add(candle);
    out.notify();
  };
  const missedUntil = async (to: number, closed: readonly Candle[]): Promise<Candle[]> => {
    const from = newest?.openTime ?? Infinity;
    if (from >= to) return [];
    return withRecent(await finished({ from, to, first: MOST_BEHIND }), closed, { from, to });
  };
  const policy = { ring: MOST_BEHIND };
  end = await follow(live, candleUpdated, [`${symbol}:${interval}`], policy, {
    onEvent: send,
    catchUp: async () => {
      const [current, ...closed] = await market.readRecent(symbol, interval);
      if (current === undefined) return;
      const missed = await missedUntil(current.openTime, closed);
      for (const candle of [...missed].reverse()) send(candle);
      send(current);
    },
  });
  return out;
}
