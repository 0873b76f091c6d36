import type { LiveEvents } from '@spyhop/platform/live-events';
import { PushedStream } from '@spyhop/platform/pushed-stream';
import { type WatchlistsChanged, watchlistsChanged } from '@spyhop/platform/topics';

/** Tells everyone who follows a user's lists that they are to be read again. */
export const tellWatchlistsChanged = (live: LiveEvents, userId: string): Promise<void> =>
  live.publish(watchlistsChanged, { userId });

/**
 * Once at the start, when nothing more can be missed, and whenever the user's lists are to be read again: after a
 * change, and after Redis was away. Of changes that come faster than they are taken, one is left.
 */
export async function followWatchlists(
  live: LiveEvents,
  userId: string,
): Promise<AsyncIterableIterator<WatchlistsChanged>> {
  let isDue = true;
  let end = (): void => undefined;
  const out = new PushedStream<WatchlistsChanged>({
    take: () => {
      if (!isDue) return undefined;
      isDue = false;
      return { userId };
    },
    close: () => end(),
  });
  const events = await live.subscribe(watchlistsChanged, [userId], 'newest-per-key');
  const tell = (): void => {
    isDue = true;
    out.notify();
  };
  const forgetResume = live.onResumed(tell);
  end = () => {
    forgetResume();
    void events.return?.();
  };
  void pump(events, tell);
  return out;
}

async function pump(events: AsyncIterable<unknown>, tell: () => void): Promise<void> {
  for await (const _event of events) tell();
}
