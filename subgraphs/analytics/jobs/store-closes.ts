import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { type CandlesClosed, candlesClosed } from '@spyhop/platform/topics';
import { isSeriesInterval } from '../rules/closes';
import type { CloseStore } from '../store/closes';

const GROUP = 'analytics';
const RETRY_MS = 1_000;
const PRUNE_MS = 60 * 60_000;

export interface StoreClosesParts {
  events: DurableEvents;
  store: Pick<CloseStore, 'save' | 'prune'>;
  /** Names this process in the consumer group. */
  consumer: string;
  log: Log;
}

/** Stores closes, each once however many replicas run; while PostgreSQL is away they wait in the stream. */
export async function storeCloses({
  events,
  store,
  consumer,
  log,
}: StoreClosesParts): Promise<Stop> {
  const ending = new AbortController();
  const save = async ({ symbol, interval, candles }: CandlesClosed): Promise<void> => {
    if (isSeriesInterval(interval)) await store.save(symbol, interval, candles);
  };
  const handle = (event: CandlesClosed): Promise<void> =>
    untilDone(() => save(event), ending.signal, log);
  const stop = await events.consume(candlesClosed, { group: GROUP, consumer, handle });
  const pruning = setInterval(() => {
    store.prune().catch((err: unknown) => log.warn({ err }, 'old closes were not removed'));
  }, PRUNE_MS);
  return async () => {
    clearInterval(pruning);
    ending.abort();
    await stop();
  };
}

/** An outage must not count as a faulty event, so it is waited out here. */
async function untilDone(work: () => Promise<void>, signal: AbortSignal, log: Log): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (err) {
      log.warn({ err }, 'closes were not stored; trying again');
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}
