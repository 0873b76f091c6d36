import type { Timers } from './outside';
import type { Sink, Source } from './source';

const LOOK_MS = 500;

/** The two, of which the second runs only while the first has been out of reach for so long, in ms. */
export function withStandby(
  [first, second]: [first: Source, second: Source],
  afterMs: number,
  timers: Timers,
): Source[] {
  // Aborts when the first is in reach; another one stands for each time that it is not.
  let outage = new AbortController();
  const observed = (sink: Sink): Sink => ({
    ...sink,
    connected: (message, but) => {
      outage.abort();
      sink.connected(message, but);
    },
    disconnected: (reason, because) => {
      if (outage.signal.aborted) outage = new AbortController();
      sink.disconnected(reason, because);
    },
  });
  const standBy = async (sink: Sink, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      sink.disconnected(`It stands by for ${first.name}.`, 'STANDING_BY');
      while (outage.signal.aborted && !signal.aborted) await timers.pause(LOOK_MS, signal);
      const needed = AbortSignal.any([signal, outage.signal]);
      await timers.pause(afterMs, needed);
      if (!needed.aborted) await second.run(sink, needed);
    }
  };
  return [
    { ...first, run: (sink, signal) => first.run(observed(sink), signal) },
    { ...second, run: standBy },
  ];
}
