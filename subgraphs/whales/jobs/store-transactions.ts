import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import {
  type WhaleTransactionSeen,
  whaleTransactionSeen,
  whaleTransactionsStored,
} from '@spyhop/platform/topics';
import type { StoredTail } from '../store/stored-tail';
import { afterOutages } from './after-outages';
import { type SaveLabelledParts, saveLabelled } from './save-labelled';

const GROUP = 'whales';

export interface StoreTransactionsParts extends SaveLabelledParts {
  events: Pick<DurableEvents, 'consume'>;
  live: Pick<LiveEvents, 'publish'>;
  /** This process's own, whose viewers need not wait for the announcement to come back. */
  tail: Pick<StoredTail, 'follow'>;
  /** Names this process in the consumer group. */
  consumer: string;
  log: Log;
}

/** Stores what feeds have seen, each once however often it comes, acknowledges it after that, and says so. */
export async function storeTransactions(parts: StoreTransactionsParts): Promise<Stop> {
  const { events, live, tail, log, consumer } = parts;
  const ending = new AbortController();
  const handleAll = async (seen: WhaleTransactionSeen[]): Promise<void> => {
    const stored = await afterOutages(
      () => saveLabelled(parts, seen),
      'transactions were not stored',
      { signal: ending.signal, log },
    );
    if (stored === null) return;
    tail.follow(stored);
    // Whoever misses this looks by itself after a while.
    await live
      .publish(whaleTransactionsStored, { position: stored.position })
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
