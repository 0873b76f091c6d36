import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumption, DurableEvents } from '@spyhop/platform/durable-events';
import type { Log } from '@spyhop/platform/log';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import {
  type CandlesClosed,
  type DatasetReplaced,
  candlesClosed,
  datasetReplaced,
} from '@spyhop/platform/topics';
import { isSeriesInterval } from '../rules/closes';
import type { CloseStore } from '../store/closes';

const GROUP = 'analytics';
const RETRY_MS = 1_000;
const PRUNE_MS = 60 * 60_000;

export interface StoreClosesParts {
  events: DurableEvents;
  store: Pick<CloseStore, 'save' | 'forget' | 'prune'>;
  /** Names this process in the consumer group. */
  consumer: string;
  log: Log;
}

/**
 * Stores closes, each once however many replicas run, and lets go of those of a dataset that was
 * replaced; while PostgreSQL is away events wait in their streams.
 */
export async function storeCloses({
  events,
  store,
  consumer,
  log,
}: StoreClosesParts): Promise<Stop> {
  const ending = new AbortController();
  const save = async ({ symbol, dataset, interval, candles }: CandlesClosed): Promise<void> => {
    if (isSeriesInterval(interval)) await store.save({ symbol, dataset, interval }, candles);
  };
  const forget = ({ symbol, dataset }: DatasetReplaced): Promise<void> =>
    store.forget(symbol, dataset);
  const consumption = <Event>(work: (event: Event) => Promise<void>): Consumption<Event> => ({
    group: GROUP,
    consumer,
    handle: (event) => untilDone(() => work(event), ending.signal, log),
  });
  const stops = [
    await events.consume(candlesClosed, consumption(save)),
    await events.consume(datasetReplaced, consumption(forget)),
  ];
  const pruning = setInterval(() => {
    store.prune().catch((err: unknown) => log.warn({ err }, 'old closes were not removed'));
  }, PRUNE_MS);
  return async () => {
    clearInterval(pruning);
    ending.abort();
    await stopAll(stops, log);
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
