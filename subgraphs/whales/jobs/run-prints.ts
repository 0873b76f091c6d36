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
import type { SourceReport } from '../store/feed-board';

export interface RunPrintsParts {
  events: Pick<DurableEvents, 'append'>;
  /** The exchange; null where only a simulation is wanted, or nothing. */
  live: PrintSource | null;
  /** Shown until the exchange has told of a trade; null where it is not wanted. */
  simulated: PrintSource | null;
  /** What each source says of itself, for the status of the feed. */
  reports: Map<string, SourceReport>;
  clock: Clock;
  log: Log;
}

/** Prints that wait to be handed over while Redis is away; the oldest are let go of. */
const MOST_WAITING = 5_000;
const RETRY_MS = 500;

/** Hands over large trades until the signal aborts. What is simulated ends with the first real one. */
export async function runPrints(parts: RunPrintsParts, signal: AbortSignal): Promise<void> {
  const { live, simulated, clock } = parts;
  const arrival = new AbortController();
  const ended = AbortSignal.any([signal, arrival.signal]);
  // Where an exchange is tried, a simulation never takes the place of what that has told of before.
  const begun = live === null ? clock() : 0;
  await Promise.all([
    simulated && new Handover(parts, { kind: 'SIMULATED', begun }).run(simulated, ended),
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
  private isBusy = false;

  constructor(
    private readonly parts: RunPrintsParts,
    private readonly dataset: ExchangePrintSeen['dataset'],
    private readonly onFirst: () => void = () => undefined,
  ) {}

  async run(source: PrintSource, signal: AbortSignal): Promise<void> {
    const { name } = source;
    const { reports } = this.parts;
    reports.set(name, { name, isConnected: false, message: '' });
    await source.run(
      {
        printed: (print) => this.take(print, signal),
        connected: (message = '') => void reports.set(name, { name, isConnected: true, message }),
        disconnected: (message) => void reports.set(name, { name, isConnected: false, message }),
      },
      signal,
    );
    if (source.kind === 'SIMULATED') reports.delete(name);
  }

  private take(print: ExchangePrint, signal: AbortSignal): void {
    this.onFirst();
    this.waiting.push(print);
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
    if (!this.isBusy) void this.handOverAll(signal);
  }

  private async handOverAll(signal: AbortSignal): Promise<void> {
    this.isBusy = true;
    for (let [print] = this.waiting; print && !signal.aborted; [print] = this.waiting) {
      try {
        await this.parts.events.append(exchangePrintSeen, { ...print, dataset: this.dataset });
        if (this.waiting[0] === print) this.waiting.shift();
      } catch (err) {
        this.parts.log.warn({ err }, 'a large trade cannot be handed over; trying again');
        await pause(RETRY_MS, signal);
      }
    }
    this.isBusy = false;
  }
}
