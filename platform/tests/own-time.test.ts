import { describe, expect, it } from '@jest/globals';
import { OwnTime, ownTimeOf } from '../testkit/own-time';
import { until } from '../testkit/until';

const SPAN_MS = 300;

function compute(ms: number): void {
  const { user, system } = process.cpuUsage();
  const used = (): number => {
    const now = process.cpuUsage();
    return (now.user + now.system - user - system) / 1_000;
  };
  while (used() < ms);
}

/** Time in which this process gets no processor. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe("a process's own time", () => {
  it('passes while it waits for something, and no faster than the clock', async () => {
    const begun = performance.now();
    const time = new OwnTime();
    await until(() => time.passed >= SPAN_MS);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(SPAN_MS);
    time.stop();
  });

  it('passes while it computes', async () => {
    expect(await ownTimeOf(async () => compute(SPAN_MS))).toBeGreaterThan(SPAN_MS * 0.9);
  });

  it('does not pass while others have the processor', async () => {
    expect(await ownTimeOf(async () => freeze(SPAN_MS))).toBeLessThan(SPAN_MS / 2);
  });
});
