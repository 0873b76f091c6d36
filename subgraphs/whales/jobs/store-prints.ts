import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import { isConnectionLost } from '@spyhop/platform/lost-connections';
import type { Stop } from '@spyhop/platform/shutdown';
import {
  type ExchangePrintSeen,
  exchangePrintSeen,
  exchangePrinted,
} from '@spyhop/platform/topics';
import type { PrintStore } from '../store/prints';

const GROUP = 'whales';
const RETRY_MS = 500;

export interface StorePrintsParts {
  events: Pick<DurableEvents, 'consume'>;
  live: Pick<LiveEvents, 'publish'>;
  prints: Pick<PrintStore, 'save'>;
  /** Names this process in the consumer group. */
  consumer: string;
  log: Log;
}

/** Stores large trades, each once, and tells of those that are new. */
export async function storePrints({
  events,
  live,
  prints,
  consumer,
  log,
}: StorePrintsParts): Promise<Stop> {
  const ending = new AbortController();
  const save = async (seen: readonly ExchangePrintSeen[]): ReturnType<PrintStore['save']> => {
    for (;;) {
      try {
        return await prints.save(seen);
      } catch (err) {
        // An outage must not count as a faulty event.
        if (!isConnectionLost(err)) throw err;
        log.warn({ err }, 'large trades were not stored; trying again');
        await sleep(RETRY_MS, undefined, { signal: ending.signal });
      }
    }
  };
  const handleAll = async (seen: ExchangePrintSeen[]): Promise<void> => {
    for (const print of await save(seen)) {
      await live
        .publish(exchangePrinted, print)
        .catch((err: unknown) => log.debug({ err }, 'a large trade was not announced'));
    }
  };
  const stop = await events.consume(exchangePrintSeen, {
    ...{ group: GROUP, consumer, handleAll },
    handle: (seen) => handleAll([seen]),
  });
  return async () => {
    ending.abort();
    await stop();
  };
}
