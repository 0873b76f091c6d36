import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log';
import type { RedisSpace } from './redis';
import type { Stop } from './shutdown';

const RENEW = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0`;
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

export interface Lease {
  redis: RedisSpace;
  /** What is led, e.g. `market-feed:0`. */
  name: string;
  /** How long a dead leader keeps others waiting, in ms; renewed three times in that span. */
  ttlMs: number;
  /** Asked before every try; left to others while it is false. */
  mayTake?: () => boolean;
  /**
   * Leads until the signal aborts. `fence` grows with every new leader: a store that remembers the
   * highest one refuses a former leader that has not noticed yet.
   */
  lead: (fence: number, signal: AbortSignal) => Promise<void>;
  log: Log;
}

/** Takes part in the election until stopped: at most one holder leads, and another follows when it is gone. */
export function holdLease(lease: Lease): Stop {
  const ending = new AbortController();
  const running = campaign(lease, ending.signal);
  return async () => {
    ending.abort();
    await running;
  };
}

async function campaign(lease: Lease, ending: AbortSignal): Promise<void> {
  const holder = randomUUID();
  while (!ending.aborted) {
    const fence = await acquire(lease, holder).catch((err: unknown) => {
      lease.log.warn({ err, lease: lease.name }, 'the lease cannot be asked for');
      return null;
    });
    if (fence === null) await pause(lease.ttlMs / 3, ending);
    else await leadWhileHeld(lease, holder, fence, ending);
  }
}

async function leadWhileHeld(
  lease: Lease,
  holder: string,
  fence: number,
  ending: AbortSignal,
): Promise<void> {
  lease.log.info({ lease: lease.name, fence }, 'leading');
  const lost = new AbortController();
  const signal = AbortSignal.any([ending, lost.signal]);
  const leading = lease
    .lead(fence, signal)
    .catch((err: unknown) => lease.log.error({ err, lease: lease.name }, 'leading failed'))
    .finally(() => lost.abort());
  await renewWhileHeld(lease, holder, signal);
  lost.abort();
  await leading;
  await lease.redis.client.eval(RELEASE, 1, keyOf(lease), holder).catch(() => undefined);
  if (!ending.aborted) await pause(lease.ttlMs / 3, ending);
}

async function renewWhileHeld(lease: Lease, holder: string, signal: AbortSignal): Promise<void> {
  let validUntil = performance.now() + lease.ttlMs;
  while (!signal.aborted && performance.now() < validUntil) {
    await pause(lease.ttlMs / 3, signal);
    if (signal.aborted) return;
    const asked = performance.now();
    const renewed = await lease.redis.client
      .eval(RENEW, 1, keyOf(lease), holder, lease.ttlMs)
      .catch(() => null);
    if (renewed === 0) {
      // Redis came back empty, or someone else leads: only the first may be taken again.
      const taken = await lease.redis.client
        .set(keyOf(lease), holder, 'PX', lease.ttlMs, 'NX')
        .catch(() => null);
      if (taken === null) return lease.log.warn({ lease: lease.name }, 'the lease is lost');
    }
    if (renewed !== null) validUntil = asked + lease.ttlMs;
  }
}

async function acquire(lease: Lease, holder: string): Promise<number | null> {
  if (lease.mayTake?.() === false) return null;
  const taken = await lease.redis.client.set(keyOf(lease), holder, 'PX', lease.ttlMs, 'NX');
  return taken === null ? null : lease.redis.client.incr(fenceKeyOf(lease.name));
}

const keyOf = (lease: Lease): string => `lease:${lease.name}`;

/** Where the newest leader's fence stands in Redis, for scripts that refuse all others. */
export const fenceKeyOf = (leaseName: string): string => `lease:${leaseName}:fence`;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
