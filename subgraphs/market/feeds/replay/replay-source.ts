import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '@spyhop/platform/log';
import { openTimeOf } from '../../rules/candles';
import { type Timers, pause } from '../timers';
import type { Sink, Source } from '../source';
import { untilAborted } from '../until-aborted';
import { FaultLog } from './fault-log';
import { mergedByTime } from './merge';
import type { PlayableMessage, Recorded } from './recorded';
import type { Recording } from './recording';

const MINUTE_MS = 60_000;
/** Everything else in the process gets its turn after this long at the latest. */
const TURN_MS = 10;
/** Messages between looking whether the receiver keeps up, when playing as fast as it goes. */
const SETTLE_EVERY = 5_000;

export interface ReplayOptions {
  recording: Recording;
  /** 1 as recorded, 10 ten times as fast, 0 as fast as it goes. */
  speed: number;
  /** Begin again at the end. Market times go on from there, so that the past is not rewritten. */
  loop: boolean;
  timers: Timers;
  log: Log;
}

/** Plays what was recorded, message by message in the order of receipt. */
export function createReplaySource(options: ReplayOptions): Source {
  const { recording } = options;
  return {
    kind: 'replay',
    sendsMinutes: recording.hasMinutes,
    description: describe(options),
    run: (sink, signal) => new Replay(options, sink, signal).run(),
  };
}

function describe({ recording, speed, loop }: ReplayOptions): string {
  const from = new Date(recording.firstAt).toISOString().slice(0, 16).replace('T', ' ');
  const pace =
    speed === 0 ? 'as fast as it goes' : speed === 1 ? 'as recorded' : `at ${speed} times the pace`;
  return `Replay of ${recording.title}, recorded from ${from} UTC, ${pace}${loop ? ', in a loop' : ''}.`;
}

class Replay {
  /** Added to all market times of this pass, in ms. */
  private shift = 0;
  private pass = 0;
  private earliest = Infinity;
  private latest = -Infinity;
  private played = 0;
  private turnAt = 0;
  /** Newest trade of each symbol in this pass, by the exchange's count, and the kind of stream it is from. */
  private readonly trades = new Map<string, { sequence: number; isAggregate: boolean }>();

  constructor(
    private readonly options: ReplayOptions,
    private readonly sink: Sink,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<void> {
    const { recording, loop, log } = this.options;
    for (const file of recording.leftOut) log.info({ file }, 'not replayed');
    this.sink.connected();
    try {
      do await this.playOnce();
      while (loop && this.played > 0);
      this.sink.ended();
    } catch (err) {
      if (!this.signal.aborted) throw err;
    }
  }

  private async playOnce(): Promise<void> {
    const { recording, timers, log } = this.options;
    const faults = new FaultLog(log);
    const startedAt = timers.now();
    this.beginPass();
    try {
      for await (const recorded of mergedByTime(recording.files, faults.of)) {
        await this.waitFor(startedAt, recorded.at);
        this.play(recorded);
      }
    } finally {
      faults.summarise();
    }
  }

  private beginPass(): void {
    if (this.pass > 0) {
      this.shift += openTimeOf('1m', this.latest) + MINUTE_MS - openTimeOf('1m', this.earliest);
    }
    this.pass += 1;
    this.played = 0;
    this.trades.clear();
  }

  /** Rejects when the signal aborts. */
  private async waitFor(startedAt: number, at: number): Promise<void> {
    const { speed, timers, recording } = this.options;
    this.signal.throwIfAborted();
    if (speed > 0) {
      const due = startedAt + (at - recording.firstAt) / speed;
      const early = due - timers.now();
      if (early >= 1) return pause(timers, early, this.signal);
    } else if (this.played % SETTLE_EVERY === 0) await this.settled();
    if (performance.now() - this.turnAt > TURN_MS) {
      await nextTurn(undefined, { signal: this.signal });
      this.turnAt = performance.now();
    }
  }

  private async settled(): Promise<void> {
    if (this.sink.settled === undefined) return;
    await untilAborted(this.sink.settled(), this.signal);
    this.signal.throwIfAborted();
  }

  private play({ message, isAggregate }: Recorded): void {
    if (message.kind === 'trade' && !this.isNew(message, isAggregate)) return;
    this.played += 1;
    switch (message.kind) {
      case 'trade':
        return this.sink.trade({
          ...message.trade,
          time: this.shifted(message.trade.time),
          id: this.pass > 1 ? `${message.trade.id}-${this.pass}` : message.trade.id,
        });
      case 'minute': {
        const openTime = this.shifted(message.candle.openTime);
        return this.sink.minute({ ...message.candle, openTime });
      }
      case 'dayStats':
        for (const stats of message.stats) {
          this.sink.dayStats({ ...stats, time: this.shifted(stats.time) });
        }
    }
  }

  /** False for what another file has brought before, or brings in another form. */
  private isNew(
    { trade, sequence }: PlayableMessage & { kind: 'trade' },
    isAggregate: boolean,
  ): boolean {
    const last = this.trades.get(trade.symbol);
    if (last === undefined) this.trades.set(trade.symbol, { sequence, isAggregate });
    else if (last.isAggregate !== isAggregate || sequence <= last.sequence) return false;
    else last.sequence = sequence;
    return true;
  }

  private shifted(time: number): number {
    this.earliest = Math.min(this.earliest, time);
    this.latest = Math.max(this.latest, time);
    return time + this.shift;
  }
}
