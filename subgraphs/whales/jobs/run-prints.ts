import type { Clock } from '@spyhop/platform/clock';
import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { Log } from '@spyhop/platform/log';
import {
  type ExchangePrint,
  type ExchangePrintSeen,
  exchangePrintSeen,
} from '@spyhop/platform/topics';
import { pause } from '../feeds/pause';
import type { PrintSource } from '../feeds/source';
import { type FeedReport, type SourceReport, unspoken } from '../store/feed-board';

export interface RunPrintsParts {
  events: Pick<DurableEvents, 'append'>;
  /** The exchange; null where only a simulation is wanted, or nothing. */
  live: PrintSource | null;
  /** A simulation or replay, shown until the exchange has told of a trade; null where none is wanted. */
  instead: PrintSource | null;
  /** What each source says of itself, for the status of the feed. */
  reports: Map<string, SourceReport>;
  /** What they said before this process; null before any report. */
  former: FeedReport | null;
  clock: Clock;
  log: Log;
}

/** Prints that wait to be handed over while Redis is away; the oldest are let go of. */
const MOST_WAITING = 5_000;
const RETRY_MS = 500;

/** Hands over large trades until the signal aborts. What is simulated ends with the first real one. */
export async function runPrints(parts: RunPrintsParts, signal: AbortSignal): Promise<void> {
  const { live, instead, clock } = parts;
  const arrival = new AbortController();
  const ended = AbortSignal.any([signal, arrival.signal]);
  // Where an exchange is tried, a simulation never takes the place of what that has told of before.
  const begun = live === null ? clock() : 0;
  await Promise.all([
    instead && new Handover(parts, { kind: instead.kind, begun }).run(instead, ended),
    live &&
      new Handover(parts, { kind: 'LIVE', begun: clock() }, () => arrival.abort()).run(
        live,
        signal,
      ),
  ]);
}

/** One source's prints on their way into the durable stream, in order. */
class Handover {
  private readonly waiting: ExchangePrint[] = [];
  private handingOver: Promise<void> | null = null;

  constructor(
    private readonly parts: RunPrintsParts,
    private readonly dataset: ExchangePrintSeen['dataset'],
    private readonly onFirst: () => void = () => undefined,
  ) {}

  async run(source: PrintSource, signal: AbortSignal): Promise<void> {
    const { name } = source;
    const { reports, former, clock } = this.parts;
    const said = unspoken(source, former);
    reports.set(name, said);
    await source.run(
      {
        printed: (print) => {
          said.newestAt = clock();
          return this.take(print, signal);
        },
        connected: (message = '') => void Object.assign(said, { isConnected: true, message }),
        disconnected: (message) => void Object.assign(said, { isConnected: false, message }),
      },
      signal,
    );
    if (source.kind === 'SIMULATED') reports.delete(name);
  }

  private take(print: ExchangePrint, signal: AbortSignal): Promise<void> {
    this.onFirst();
    this.waiting.push(print);
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
    this.handingOver ??= this.handOverAll(signal).finally(() => (this.handingOver = null));
    return this.handingOver;
  }

  private async handOverAll(signal: AbortSignal): Promise<void> {
    for (let [print] = this.waiting; print && !signal.aborted; [print] = this.waiting) {
      try {
        await this.parts.events.append(exchangePrintSeen, { ...print, dataset: this.dataset });
        if (this.waiting[0] === print) this.waiting.shift();
      } catch (err) {
        this.parts.log.warn({ err }, 'a large trade cannot be handed over; trying again');
        await pause(RETRY_MS, signal);
      }
    }
  }
}
