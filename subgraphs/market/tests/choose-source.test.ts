import { beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@spyhop/platform/log';
import { type Choice, showChosen } from '../feeds/choose-source';
import type { Sink, Source } from '../feeds/source';
import type { DayStats } from '../rules/market-data';
import { until } from './until';

/** A source that does what the test says. */
class ScriptedSource implements Source {
  readonly sendsMinutes = false;
  sink: Sink | null = null;

  constructor(readonly kind: Source['kind']) {}

  get description(): string {
    return `${this.kind} prices`;
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    this.sink = sink;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  }
}

const stats: DayStats = {
  symbol: 'BTC',
  time: 1,
  last: '1',
  open: '1',
  high: '1',
  low: '1',
  volume: '1',
  quoteVolume: '1',
};

const ignoring = (received: string[]): Sink => ({
  trade: () => received.push('trade'),
  minute: () => received.push('minute'),
  dayStats: () => received.push('dayStats'),
  backfill: async () => void received.push('backfill'),
  disconnected: () => received.push('disconnected'),
  connected: () => received.push('connected'),
  ended: () => received.push('ended'),
});

describe('the choice of the source', () => {
  let live: ScriptedSource;
  let shown: string[];
  let received: string[];
  let hasLivePast: boolean;

  const show = async (source: Source, signal: AbortSignal): Promise<void> => {
    shown.push(source.kind);
    await source.run(ignoring(received), signal);
    shown.push(`${source.kind} left`);
  };
  const choice = (chosen: Choice['chosen'], patienceMs: number): Choice => ({
    chosen,
    sources: {
      live: () => live,
      simulated: () => new ScriptedSource('simulated'),
      replay: () => new ScriptedSource('replay'),
    },
    patienceMs,
    hasLivePast: async () => hasLivePast,
    log: createLog({ name: 'test', level: 'silent' }),
  });
  const untilShown = (): Promise<void> => until('a source is shown', () => shown.length > 0);
  const untilRuns = (): Promise<void> => until('the live source runs', () => live.sink !== null);

  beforeEach(() => {
    live = new ScriptedSource('live');
    shown = [];
    received = [];
    hasLivePast = false;
  });

  it('shows the named source and no other', async () => {
    const stop = new AbortController();
    const showing = showChosen(choice('replay', 1), show, stop.signal);
    await untilShown();
    stop.abort();
    await showing;
    expect(shown).toEqual(['replay', 'replay left']);
  });

  it('shows the live source alone when it answers in time', async () => {
    const stop = new AbortController();
    const showing = showChosen(choice('auto', 5_000), show, stop.signal);
    await untilRuns();
    live.sink?.connected();
    await untilShown();
    stop.abort();
    await showing;
    expect(shown).toEqual(['live', 'live left']);
  });

  it('falls back to the simulated one and changes over when the live one answers at last', async () => {
    const stop = new AbortController();
    const showing = showChosen(choice('auto', 5), show, stop.signal);
    await untilShown();
    expect(shown).toEqual(['simulated']);
    let isAccepted = false;
    live.sink?.dayStats(stats);
    void live.sink?.backfill([]).then(() => (isAccepted = true));
    await sleep(5);
    expect(shown).toEqual(['simulated']);
    expect(isAccepted).toBe(false);
    live.sink?.connected();
    await until('history is accepted', () => isAccepted);
    expect(shown).toEqual(['simulated', 'simulated left', 'live']);
    expect(received).toEqual(['dayStats', 'backfill']);
    stop.abort();
    await showing;
  });

  it('stays with what the live source has said before while it does not answer', async () => {
    hasLivePast = true;
    const stop = new AbortController();
    const showing = showChosen(choice('auto', 5), show, stop.signal);
    await untilShown();
    live.sink?.disconnected('no route');
    live.sink?.connected();
    live.sink?.dayStats(stats);
    expect(shown).toEqual(['live']);
    expect(received).toEqual(['disconnected', 'connected', 'dayStats']);
    stop.abort();
    await showing;
  });

  it('does not fall back once the live source has been shown, but says that it is lost', async () => {
    const stop = new AbortController();
    const showing = showChosen(choice('auto', 5_000), show, stop.signal);
    await untilRuns();
    live.sink?.connected();
    await untilShown();
    live.sink?.disconnected('closed with 1006');
    await sleep(10);
    expect(shown).toEqual(['live']);
    expect(received).toEqual(['disconnected']);
    stop.abort();
    await showing;
  });
});
