import { describe, expect, it, jest } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import { type CandlesClosed, type DatasetReplaced, candlesClosed } from '@spyhop/platform/topics';
import { type Announcer, announceClosed } from '../jobs/announce-closed';
import { INTERVAL_MS } from '../rules/candles';
import type { Candle } from '../rules/market-data';

const NOON = Date.UTC(2024, 7, 9, 12);
const MINUTE_MS = 60_000;

const minute = (at: number, symbol = 'BTC'): Candle => ({
  symbol,
  interval: '1m',
  openTime: NOON + at * MINUTE_MS,
  open: '1',
  high: '1',
  low: '1',
  close: '1',
  volume: '1',
  quoteVolume: '1',
  trades: 1,
  closed: true,
});

/** A store with every candle there could be since noon, and a log of what was announced. */
function announcing(
  fails: { read: boolean } = { read: false },
  unannounced: readonly string[] = [],
): {
  announcer: Announcer;
  events: CandlesClosed[];
  datasets: DatasetReplaced[];
} {
  const events: CandlesClosed[] = [];
  const datasets: DatasetReplaced[] = [];
  const append = async (topic: { name: string }, event: unknown): Promise<void> => {
    if (topic === candlesClosed) events.push(event as CandlesClosed);
    else datasets.push(event as DatasetReplaced);
  };
  const begun = new Map([
    ['BTC', 7],
    ['ETH', 8],
  ]);
  const announcer = announceClosed({
    claim: Promise.resolve({ begun, unannounced, announced: async () => undefined }),
    kind: 'REPLAY',
    readCloses: async (interval, stretches) => {
      if (fails.read) throw new Error('connection refused');
      return new Map(
        stretches.map(({ symbol, from, to }) => {
          const length = INTERVAL_MS[interval];
          const since = Math.max(from, Math.ceil(NOON / length) * length);
          const count = Math.max(0, (to - since) / length);
          return [
            symbol,
            Array.from({ length: count }, (_, at) => ({
              openTime: since + at * length,
              close: String(at),
            })),
          ];
        }),
      );
    },
    events: { append },
    log: createLog({ name: 'test', level: 'silent' }),
    retryMs: 1,
  });
  return { announcer, events, datasets };
}

const told = (events: readonly CandlesClosed[]): string[] =>
  events.map(({ interval, candles }) => {
    const opens = candles.map(({ openTime }) => (openTime - NOON) / MINUTE_MS);
    return `${interval} ${opens.join(' ')}`;
  });

describe('announcing closed candles', () => {
  it('tells each minute once it is written, and coarser candles with their last minute', async () => {
    const { announcer, events } = announcing();
    for (let at = 0; at < 6; at += 1) {
      announcer.written([minute(at)]);
      await announcer.drained();
    }
    expect(told(events)).toEqual(['1m 0', '1m 1', '1m 2', '1m 3', '1m 4', '5m 0', '1m 5']);
  });

  it('tells a coarser candle although its last minutes had no trade', async () => {
    const { announcer, events } = announcing();
    announcer.written([minute(2)]);
    await announcer.drained();
    announcer.written([minute(7)]);
    await announcer.drained();
    expect(told(events).filter((event) => event.startsWith('5m'))).toEqual(['5m 0']);
  });

  it('tells again what was amended', async () => {
    const { announcer, events } = announcing();
    announcer.written([minute(0), minute(1)]);
    await announcer.drained();
    announcer.written([minute(1)]);
    await announcer.drained();
    expect(told(events)).toEqual(['1m 0 1', '1m 1']);
  });

  it('tells history in events of at most 500, oldest first', async () => {
    const { announcer, events } = announcing();
    announcer.written(Array.from({ length: 60 * 24 }, (_, at) => minute(at)));
    await announcer.drained();
    expect(events.every(({ candles }) => candles.length <= 500)).toBe(true);
    const minutes = events.filter(({ interval }) => interval === '1m');
    expect(minutes.flatMap(({ candles }) => candles)).toHaveLength(500);
    expect(events.map(({ interval }) => interval)).toEqual(['1m', '5m', '1h']);
  });

  it('loses nothing while it cannot read or send', async () => {
    const fails = { read: true };
    const { announcer, events } = announcing(fails);
    announcer.written([minute(0)]);
    announcer.written([minute(1), minute(0, 'ETH')]);
    fails.read = false;
    await announcer.drained();
    expect(events.map(({ symbol, candles }) => `${symbol} ${candles.length}`)).toEqual([
      'BTC 2',
      'ETH 1',
    ]);
  });

  it('tells of a dataset that has replaced another before anything of it, and then all of it', async () => {
    const { announcer, events, datasets } = announcing({ read: false }, ['BTC']);
    await announcer.drained();
    expect(datasets).toEqual([{ symbol: 'BTC', dataset: 7 }]);
    expect(events).toEqual([]);
    announcer.restate(['BTC', 'ETH'], NOON + 100 * MINUTE_MS);
    await announcer.drained();
    expect(
      events
        .filter(({ interval }) => interval === '1m')
        .map(({ symbol, dataset, candles }) => [symbol, dataset, candles.length]),
    ).toEqual([
      ['BTC', 7, 100],
      ['ETH', 8, 60],
    ]);
  });

  it('tells nothing of candles that it never got to write', async () => {
    const claim = Promise.reject(new Error('stopped'));
    const append = jest.fn(async () => undefined);
    const log = createLog({ name: 'test', level: 'silent' });
    const announcer = announceClosed({
      claim,
      readCloses: jest.fn(),
      events: { append },
      log,
    } as never);
    announcer.restate(['BTC'], NOON);
    await announcer.drained();
    await announcer.stop();
    expect(append).not.toHaveBeenCalled();
  });

  it('states again how things stand, for readers that may have missed something', async () => {
    const { announcer, events } = announcing();
    announcer.restate(['BTC'], NOON + 10 * MINUTE_MS);
    await announcer.drained();
    expect(told(events)).toEqual(['1m 0 1 2 3 4 5 6 7 8 9', '5m 0 5']);
  });
});
