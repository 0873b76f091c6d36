import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import {
  type ExchangePrintSeen,
  exchangePrintSeen,
  exchangePrinted,
} from '@spyhop/platform/topics';
import type { PrintStore } from '../store/prints';
import { afterOutages } from './after-outages';

const GROUP = 'whales';

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
  const handleAll = async (seen: ExchangePrintSeen[]): Promise<void> => {
    const stored = await afterOutages(() => prints.save(seen), 'large trades were not stored', {
      signal: ending.signal,
      log,
    });
    for (const print of stored) {
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
