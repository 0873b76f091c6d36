import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { requireSpace, watchSpace } from '../stack/disk';
import type { StackFault } from '../stack/fault';

const mib = (count: number) => () => Promise.resolve(count * 1024 * 1024);

afterEach(() => {
  jest.useRealTimers();
});

describe('a full disk', () => {
  it('keeps the stack from starting, with one line that says what to do', async () => {
    await expect(requireSpace('/data', 256, mib(3))).rejects.toThrow(
      /^disk full: \/data has 3 MiB left and needs 256: free some space, or set DATA_DIR/,
    );
  });

  it('is no matter while there is room', async () => {
    await expect(requireSpace('/data', 256, mib(256))).resolves.toBeUndefined();
  });

  it('stops a running stack once, while everything can still be written', async () => {
    jest.useFakeTimers();
    const faults: StackFault[] = [];
    let free = 500;
    const end = watchSpace(
      '/data',
      (fault) => faults.push(fault),
      () => mib(free)(),
    );
    await jest.advanceTimersByTimeAsync(60_000);
    expect(faults).toEqual([]);
    free = 10;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(faults.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^disk full: \/data has 10 MiB left/),
    ]);
    end();
  });
});
