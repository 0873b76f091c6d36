import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSlices } from './slices';

interface Tick {
  symbol: string;
  price: number;
}
const tick = (symbol: string, price = 1): Tick => ({ symbol, price });
const collect = () => {
  const handed: Tick[][] = [];
  const slices = createSlices<Tick>(
    2,
    ({ symbol }) => symbol,
    (slice) => handed.push(slice),
  );
  return { handed, slices };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a large event', () => {
  it('is handed on in slices, each in a task of its own', () => {
    const { handed, slices } = collect();
    slices.add([tick('A'), tick('B'), tick('C')]);
    expect(handed).toEqual([]);
    vi.advanceTimersToNextTimer();
    expect(handed).toEqual([[tick('A'), tick('B')]]);
    vi.advanceTimersToNextTimer();
    expect(handed[1]).toEqual([tick('C')]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives way to a newer state of what still waits', () => {
    const { handed, slices } = collect();
    slices.add([tick('A', 1), tick('B', 1), tick('C', 1)]);
    slices.add([tick('C', 2), tick('A', 2)]);
    vi.runAllTimers();
    expect(handed.flat()).toEqual([tick('A', 2), tick('B', 1), tick('C', 2)]);
  });

  it('is dropped when nobody listens any more', () => {
    const { handed, slices } = collect();
    slices.add([tick('A')]);
    slices.stop();
    vi.runAllTimers();
    expect(handed).toEqual([]);
  });
});
