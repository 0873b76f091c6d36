import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { Log } from '@spyhop/platform/log';
import { isConnectionLost } from '@spyhop/platform/lost-connections';
import type { Stop } from '@spyhop/platform/shutdown';
import { accountDeleted } from '@spyhop/platform/topics';

const GROUP = 'whales';
const RETRY_MS = 500;

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
        await afterOutages(() => store.removeAll(userId), ending.signal, log);
      }
    },
  });
  return async () => {
    ending.abort();
    await stop();
  };
}

/** An outage must not count as a faulty event, so it is waited out here. */
async function afterOutages(
  work: () => Promise<void>,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (err) {
      if (!isConnectionLost(err)) throw err;
      log.warn({ err }, 'rows of a deleted account were not removed; trying again');
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}
