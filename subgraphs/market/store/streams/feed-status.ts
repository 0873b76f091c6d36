import type { LiveEvents } from '@spyhop/platform/live-events';
import { type FeedStatusEvent, feedStatusChanged } from '@spyhop/platform/topics';
import type { LiveMarket } from '../live-market';
import { follow } from './follow';
import { PushedStream } from '@spyhop/platform/pushed-stream';

/** Time between two events while nothing changes, in ms. */
const HEARTBEAT_MS = 2_000;

/** The feed's last report; null before any. */
export interface FeedReport {
  report: FeedStatusEvent | null;
}

/** The last report now, on every change, and every 2 seconds, also while Redis does not answer. */
export async function streamFeedReports(
  live: LiveEvents,
  market: Pick<LiveMarket, 'readFeedStatus'>,
): Promise<AsyncIterableIterator<FeedReport>> {
  let end = (): void => undefined;
  let newest: FeedReport = { report: null };
  let unsent: FeedReport | undefined;
  const out = new PushedStream<FeedReport>({
    take: () => {
      const taken = unsent;
      unsent = undefined;
      return taken;
    },
    close: () => end(),
  });
  const send = (next: FeedReport): void => {
    newest = unsent = next;
    out.notify();
  };
  const readAndSend = async (): Promise<void> => send({ report: await market.readFeedStatus() });
  const leave = await follow(live, feedStatusChanged, ['market'], 'newest-per-key', {
    onEvent: (report) => send({ report }),
    catchUp: readAndSend,
  });
  const stopHeart = everyBeat(
    () => readAndSend(),
    () => send(newest),
  );
  end = () => {
    stopHeart();
    leave();
  };
  return out;
}

/** Runs `beat` at the pace; where it fails, or the one before still runs, `otherwise`. */
function everyBeat(beat: () => Promise<void>, otherwise: () => void): () => void {
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return otherwise();
    isRunning = true;
    void beat()
      .catch(otherwise)
      .finally(() => (isRunning = false));
  }, HEARTBEAT_MS);
  return () => clearInterval(timer);
}
