import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { accountDeleted } from '@spyhop/platform/topics';
import { afterOutages } from './after-outages';

const GROUP = 'whales';

export interface ForgetAccountsParts {
  events: Pick<DurableEvents, 'consume'>;
  /** Each holds something of users. */
  stores: readonly { removeAll(userId: string): Promise<void> }[];
  /** Names this process in the consumer group. */
  consumer: string;
  log: Log;
}

/** Removes what belongs to accounts that are gone. */
export async function forgetAccounts(parts: ForgetAccountsParts): Promise<Stop> {
  const { events, stores, consumer, log } = parts;
  const ending = new AbortController();
  const stop = await events.consume(accountDeleted, {
    ...{ group: GROUP, consumer },
    handle: async ({ userId }) => {
      for (const store of stores) {
        await afterOutages(
          () => store.removeAll(userId),
          'rows of a deleted account were not removed',
          { signal: ending.signal, log },
        );
      }
    },
  });
  return async () => {
    ending.abort();
    await stop();
  };
}
