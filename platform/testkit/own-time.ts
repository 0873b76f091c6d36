import { performance } from 'node:perf_hooks';

const TICK_MS = 10;

/**
 * Time as this process lives through it. On an idle machine it is the clock's; on a busy one, what the
 * process waits for a processor is not counted, so that a promise like "within a second" can be held to
 * what the program does and not to what else the machine does.
 */
export class OwnTime {
  private counted = 0;
  private last = performance.now();
  private used = process.cpuUsage();
  private readonly ticking = setInterval(() => this.count(), TICK_MS);

  /** What has passed so far, ms. */
  get passed(): number {
    this.count();
    return this.counted;
  }

  stop(): void {
    clearInterval(this.ticking);
  }

  /** Of a span that was longer than it should have been, what the process was running for counts. */
  private count(): void {
    const now = performance.now();
    const { user, system } = process.cpuUsage(this.used);
    this.counted += Math.min(now - this.last, Math.max(TICK_MS, (user + system) / 1_000));
    this.last = now;
    this.used = process.cpuUsage();
  }
}

const SAMPLE_MS = 50;

/**
 * How many times longer than on an idle machine it takes now to compute something, at least 1: what a
 * promise of seconds that several processes keep together is to be multiplied by.
 */
export function slowdown(): number {
  const begun = performance.now();
  const used = process.cpuUsage();
  for (let ran = 0; ran < SAMPLE_MS;) {
    const { user, system } = process.cpuUsage(used);
    ran = (user + system) / 1_000;
  }
  return Math.max(1, (performance.now() - begun) / SAMPLE_MS);
}

/** How long work takes in the process's own time, ms. */
export async function ownTimeOf(work: () => Promise<unknown>): Promise<number> {
  const time = new OwnTime();
  try {
    await work();
    return time.passed;
  } finally {
    time.stop();
  }
}

const TRIES = 3;

/**
 * The same, the least of three tries, which work is told by their number: a host may take the processor away
 * unseen, and not each time; a program that is too slow is so each time.
 */
export async function leastOwnTimeOf(work: (attempt: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    times.push(await ownTimeOf(() => work(attempt)));
  }
  return Math.min(...times);
}
