import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { MailboxPolicy } from '@spyhop/platform/mailbox';
import type { LiveTopic } from '@spyhop/platform/topic';

const CATCH_UP_TRIES = 5;
const CATCH_UP_DELAY_MS = 400;

export interface Follower<Event> {
  onEvent(event: Event): void;
  /** Reads the newest state: once at the start, and again after Redis was away. */
  catchUp(): Promise<void>;
}

/**
 * Listens first and reads the state after, so that nothing falls between the two;
 * events wait, in their bounded mailbox, while the state is being read.
 * Resolves, with what ends it, after the first reading; rejects when that fails.
 */
export async function follow<Event>(
  live: LiveEvents,
  topic: LiveTopic<Event>,
  keys: readonly string[],
  policy: MailboxPolicy,
  follower: Follower<Event>,
): Promise<() => void> {
  const events = await live.subscribe(topic, keys, policy);
  const ending = new AbortController();
  const firstReading = follower.catchUp();
  let reading = firstReading;
  const forgetResume = live.onResumed(() => {
    reading = catchUpAgain(follower, ending.signal);
  });
  const end = (): void => {
    ending.abort();
    forgetResume();
    void events.return?.();
  };
  try {
    await firstReading;
  } catch (err) {
    end();
    throw err;
  }
  void pump(events, () => reading, follower);
  return end;
}

async function pump<Event>(
  events: AsyncIterable<Event>,
  reading: () => Promise<void>,
  follower: Follower<Event>,
): Promise<void> {
  for await (const event of events) {
    await reading();
    follower.onEvent(event);
  }
}

/** Redis may not answer reads at the moment its subscriptions are back. */
async function catchUpAgain<Event>(follower: Follower<Event>, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; attempt <= CATCH_UP_TRIES && !signal.aborted; attempt += 1) {
    try {
      return await follower.catchUp();
    } catch {
      await sleep(CATCH_UP_DELAY_MS);
    }
  }
}
