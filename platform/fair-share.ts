import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log';
import type { RedisSpace } from './redis';
import type { Stop } from './shutdown';

const COUNT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])`;

export interface FairShareParts {
  redis: RedisSpace;
  /** What is shared, e.g. `market-feed`. */
  name: string;
  /** How many pieces there are to be led. */
  pieces: number;
  /** How long a dead process still counts, in ms; others are counted three times in that span. */
  ttlMs: number;
  log: Log;
}

/**
 * This process's part of the pieces that several processes lead, each under a lease of its own: as
 * many as fall to each process, rounded up. Where more processes come, what is too much is given up.
 */
export interface FairShare {
  /** Whether one more piece may be taken. */
  hasRoom(): boolean;
  /** Leads a piece until the signal aborts or the piece is given up for another process. */
  lead(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
  stop: Stop;
}

/** Takes part until stopped. While Redis does not answer, the last count of processes stays. */
export function joinFairShare({ redis, name, pieces, ttlMs, log }: FairShareParts): FairShare {
  const key = `share:${name}`;
  const self = randomUUID();
  const ending = new AbortController();
  const led = new Set<AbortController>();
  let fair = pieces;

  const count = async (): Promise<void> => {
    const processes = Number(await redis.client.eval(COUNT, 1, key, self, ttlMs));
    fair = Math.ceil(pieces / processes);
    const [given] = led.size > fair ? [...led].slice(-1) : [];
    if (given === undefined) return;
    log.info({ share: name, processes, led: led.size }, 'another process takes over a part');
    led.delete(given);
    given.abort();
  };
  const keepCounting = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await count().catch((err: unknown) =>
        log.debug({ err, share: name }, 'processes not counted'),
      );
      await sleep(ttlMs / 3, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const counting = keepCounting();

  return {
    hasRoom: () => led.size < fair,
    lead: async (work, signal) => {
      const given = new AbortController();
      led.add(given);
      try {
        await work(AbortSignal.any([signal, given.signal]));
      } finally {
        led.delete(given);
      }
    },
    stop: async () => {
      ending.abort();
      await counting;
      await redis.client.zrem(key, self).catch(() => undefined);
    },
  };
}
