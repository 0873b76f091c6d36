import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@spyhop/platform/log';
import { createMetrics } from '@spyhop/platform/metrics';
import { feedMetrics } from '../jobs/feed-metrics';
import { type CandleQueue, writeCandles } from '../jobs/write-candles';
import type { Candle } from '../rules/market-data';

const MINUTE_MS = 60_000;

const minute = (at: number, close = '1'): Candle => ({
  symbol: 'BTC',
  interval: '1m',
  openTime: at * MINUTE_MS,
  open: '1',
  high: '1',
  low: '1',
  close,
  volume: '1',
  quoteVolume: '1',
  trades: 1,
  closed: true,
});

/** A store that can be away. */
class Store {
  readonly rows = new Map<number, string>();
  readonly batches: number[] = [];
  isAway = false;
  writes = 0;

  readonly write = async (candles: readonly Candle[]): Promise<void> => {
    await sleep(1);
    if (this.isAway) throw new Error('connection refused');
    this.batches.push(candles.length);
    for (const candle of candles) {
      this.writes += 1;
      this.rows.set(candle.openTime / MINUTE_MS, candle.close);
    }
  };
}

describe('the queue of finished candles', () => {
  let store: Store;
  let queue: CandleQueue;
  let written: Candle[];

  beforeEach(() => {
    store = new Store();
    written = [];
    queue = writeCandles({
      write: store.write,
      onWritten: (candles) => written.push(...candles),
      log: createLog({ name: 'test', level: 'silent' }),
      metrics: feedMetrics(createMetrics('test')),
      retryMs: [1, 5],
    });
  });
  afterEach(() => queue.stop());

  it('writes every minute once', async () => {
    for (let at = 0; at < 100; at += 1) queue.push(minute(at));
    await queue.drained();
    expect(store.rows.size).toBe(100);
    expect(store.writes).toBe(100);
    expect(written).toHaveLength(100);
  });

  it('never waits, loses nothing and doubles nothing while the store is away', async () => {
    store.isAway = true;
    for (let at = 0; at < 50; at += 1) queue.push(minute(at));
    await sleep(20);
    for (let at = 50; at < 80; at += 1) queue.push(minute(at));
    expect(store.rows.size).toBe(0);
    store.isAway = false;
    await queue.drained();
    expect([...store.rows.keys()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 80 }, (_, at) => at),
    );
    expect(store.writes).toBe(80);
  });

  it('writes the amended minute last', async () => {
    queue.push(minute(1, 'first'));
    queue.push(minute(1, 'amended'));
    await queue.drained();
    expect(store.rows.get(1)).toBe('amended');
    queue.push(minute(1, 'again'));
    await queue.drained();
    expect(store.rows.get(1)).toBe('again');
  });

  it('makes history wait when the queue is full, and lets new minutes pass it', async () => {
    store.isAway = true;
    const history = Array.from({ length: 30_000 }, (_, at) => minute(at));
    let isAccepted = false;
    const accepted = queue.backfill(history).then(() => (isAccepted = true));
    await sleep(10);
    expect(isAccepted).toBe(false);
    queue.push(minute(99_999));
    store.isAway = false;
    await accepted;
    await queue.drained();
    expect(store.rows.size).toBe(30_001);
    expect(store.batches.indexOf(1)).toBeLessThan(3);
  });

  it('tells when the history so far is written, whatever comes after', async () => {
    await queue.backfill([minute(1), minute(2)]);
    const isWritten = queue.historyWritten();
    await queue.backfill([minute(3)]);
    queue.push(minute(4));
    expect(await isWritten).toBe(true);
    expect(store.rows.has(2)).toBe(true);
  });

  it('writes what is left when it is stopped', async () => {
    for (let at = 0; at < 10; at += 1) queue.push(minute(at));
    await queue.stop();
    expect(store.rows.size).toBe(10);
  });
});
