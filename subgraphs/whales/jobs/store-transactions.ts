import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import { isConnectionLost } from '@spyhop/platform/lost-connections';
import type { Stop } from '@spyhop/platform/shutdown';
import {
  type WhaleTransactionSeen,
  whaleTransactionSeen,
  whaleTransactionsStored,
} from '@spyhop/platform/topics';
import type { Journal } from '../store/journal';
import type { LabelStore } from '../store/labels';
import { withLabels } from './with-labels';

const GROUP = 'whales';
const RETRY_MS = 500;

export interface StoreTransactionsParts {
  events: Pick<DurableEvents, 'consume'>;
  live: Pick<LiveEvents, 'publish'>;
  journal: Pick<Journal, 'save'>;
  labels: Pick<LabelStore, 'of'>;
  /** Names this process in the consumer group. */
  consumer: string;
  log: Log;
}

/** Stores what feeds have seen, each once however often it comes, acknowledges it after that, and says so. */
export async function storeTransactions(parts: StoreTransactionsParts): Promise<Stop> {
  const { events, live, log, consumer } = parts;
  const ending = new AbortController();
  const handleAll = async (seen: WhaleTransactionSeen[]): Promise<void> => {
    const position = await saved(parts, seen, ending.signal);
    if (position === null) return;
    // Whoever misses this looks by itself after a while.
    await live
      .publish(whaleTransactionsStored, { position })
      .catch((err: unknown) =>
        log.debug({ err }, 'that a transaction is stored was not announced'),
      );
  };
  const stop = await events.consume(whaleTransactionSeen, {
    ...{ group: GROUP, consumer, handleAll },
    handle: (seen) => handleAll([seen]),
  });
  return async () => {
    ending.abort();
    await stop();
  };
}

/** An outage must not count as a faulty event, so it is waited out here. */
async function saved(
  { journal, labels, log }: StoreTransactionsParts,
  seen: readonly WhaleTransactionSeen[],
  signal: AbortSignal,
): Promise<number | null> {
  for (;;) {
    try {
      return await journal.save(await withLabels(labels, seen));
    } catch (err) {
      if (!isConnectionLost(err)) throw err;
      log.warn({ err }, 'transactions were not stored; trying again');
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}
