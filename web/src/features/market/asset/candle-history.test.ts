import { describe, expect, it } from 'vitest';
import type { ChartCandle } from '../../../charts/candle';
import {
  leavesGap,
  NO_HISTORY,
  startHistory,
  withLive,
  withNewest,
  withOlder,
} from './candle-history';

const candle = (openTime: number, close = '1'): ChartCandle => ({
  openTime,
  open: '1',
  high: '2',
  low: '0.5',
  close,
  volume: '10',
  closed: true,
});
const times = (candles: readonly ChartCandle[]) => candles.map(({ openTime }) => openTime);
const page = (newestFirst: number[], olderCursor: string | null = 'more') => ({
  newestFirst: newestFirst.map((openTime) => candle(openTime)),
  olderCursor,
});

describe('loaded candles', () => {
  it('run oldest first although pages come newest first', () => {
    expect(times(startHistory(page([3, 2, 1])).candles)).toEqual([1, 2, 3]);
  });

  it('grow at the front without repeating a candle', () => {
    const history = withOlder(startHistory(page([5, 4, 3])), page([3, 2, 1], null));
    expect(times(history.candles)).toEqual([1, 2, 3, 4, 5]);
    expect(history.olderCursor).toBeNull();
  });

  it('are brought up to date where the newest page overlaps', () => {
    const history = withNewest(startHistory(page([3, 2, 1], 'older')), page([5, 4, 3, 2], 'x'));
    expect(times(history.candles)).toEqual([1, 2, 3, 4, 5]);
    expect(history.olderCursor).toBe('older');
  });

  it('take the newest page for what changed meanwhile', () => {
    const fresh = { newestFirst: [candle(2, '9')], olderCursor: null };
    expect(withNewest(startHistory(page([2, 1])), fresh).candles.at(-1)?.close).toBe('9');
  });

  it('start over rather than keep a hole in the middle', () => {
    const history = withNewest(startHistory(page([3, 2, 1], 'a')), page([9, 8], 'b'));
    expect(times(history.candles)).toEqual([8, 9]);
    expect(history.olderCursor).toBe('b');
  });

  it('stay as they are when the newest page is empty', () => {
    const history = startHistory(page([1]));
    expect(withNewest(history, page([]))).toBe(history);
    expect(withNewest(NO_HISTORY, page([])).candles).toEqual([]);
  });
});

describe('live candles', () => {
  it('replace the forming candle and follow it with the next', () => {
    const first = withLive([], candle(1, '1'));
    const moved = withLive(first, candle(1, '2'));
    expect(moved).toEqual([candle(1, '2')]);
    expect(times(withLive(moved, candle(2)))).toEqual([1, 2]);
  });

  it('ignore one that comes late', () => {
    const live = [candle(2)];
    expect(withLive(live, candle(1))).toBe(live);
  });

  it('show that others were missed between them and the loaded ones', () => {
    expect(leavesGap(candle(60_000), candle(120_000), 60_000)).toBe(false);
    expect(leavesGap(candle(60_000), candle(180_000), 60_000)).toBe(true);
  });

  it('show that the end of a candle was missed when the next opens before it closed', () => {
    const forming = { ...candle(60_000), closed: false };
    expect(leavesGap(forming, forming, 60_000)).toBe(false);
    expect(leavesGap(forming, candle(120_000), 60_000)).toBe(true);
  });
});
