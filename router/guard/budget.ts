import { isIPv6 } from 'node:net';
import { SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';

/** What one identity, or one address without any, may ask for. */
export interface BudgetOptions {
  /** Cost that may be spent within a window; an integer above 0. */
  cost: number;
  /** Seconds; a window begins with the first request after the one before. */
  windowS: number;
  /** Where all routers count together; each counts for itself where it is null, and while it does not answer. */
  redis: Redis | null;
  log: Log;
}

/** How a budget stands after a request. */
export interface BudgetState {
  isExceeded: boolean;
  /** Of `cost`; never below 0. */
  remaining: number;
  /** Seconds until the window ends, rounded up. */
  resetS: number;
  /** For the response: `RateLimit-*` of draft-ietf-httpapi-ratelimit-headers-06, and `Retry-After` where it is exceeded. */
  headers: Readonly<Record<string, string>>;
}

const KEY_PREFIX = 'budget';
/** Budgets that are counted in memory; the one that was asked for longest ago is forgotten for one more. */
const MOST_BUDGETS = 100_000;
const MIN_COST = 1;

/** Budgets of cost per window of time. What is refused counts as well: who goes on asking waits for the next window. */
export class Budget {
  private readonly limiter: RateLimiterAbstract;
  private readonly inMemory: RateLimiterMemory;
  private readonly counted: LRUCache<string, true>;

  constructor(private readonly options: BudgetOptions) {
    const { cost: points, windowS: duration, redis, log } = options;
    const limits = { points, duration, keyPrefix: KEY_PREFIX };
    this.inMemory = new RateLimiterMemory(limits);
    this.counted = new LRUCache({
      max: MOST_BUDGETS,
      dispose: (_, key) => void this.inMemory.delete(key),
    });
    this.limiter = redis
      ? new RateLimiterRedis({
          ...limits,
          storeClient: redis,
          rejectIfRedisNotReady: true,
          insuranceLimiter: this.inMemory,
        })
      : this.inMemory;
    log.debug({ points, duration, shared: redis !== null }, 'budgets of cost');
  }

  /** Takes what an operation costs out of the budget of who asks; every operation costs at least 1. */
  async spend(cost: number, payer: string): Promise<BudgetState> {
    this.counted.set(payer, true);
    const whole = Math.min(Math.max(Math.ceil(cost), MIN_COST), Number.MAX_SAFE_INTEGER);
    try {
      return this.stateOf(await this.limiter.consume(payer, whole), false);
    } catch (err) {
      if (err instanceof RateLimiterRes) return this.stateOf(err, true);
      throw err;
    }
  }

  private stateOf(
    { remainingPoints: remaining, msBeforeNext }: RateLimiterRes,
    isExceeded: boolean,
  ): BudgetState {
    const { cost, windowS } = this.options;
    const resetS = Math.ceil(Math.max(msBeforeNext, 0) / 1_000);
    const headers = {
      'ratelimit-limit': String(cost),
      'ratelimit-remaining': String(remaining),
      'ratelimit-reset': String(resetS),
      'ratelimit-policy': `${cost};w=${windowS}`,
      ...(isExceeded && { 'retry-after': String(resetS) }),
    };
    return { isExceeded, remaining, resetS, headers };
  }
}

/** What a client is told whose budget is spent. */
export const budgetExceeded = ({ resetS }: BudgetState): SpyhopError =>
  new SpyhopError(
    'RATE_LIMITED',
    `The budget of cost is spent; it is there again in ${resetS} seconds.`,
    { retryAfterS: resetS },
  );

/** Whose budget pays: an identity's, or else that of the network that a request comes from. */
export const payerOf = (identity: Identity | null, address: string): string =>
  identity ? `identity:${identity.subject}` : `address:${networkOf(address)}`;

const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An IPv6 address without its last 64 bits, which every client chooses as it likes (RFC 8981). */
function networkOf(address: string): string {
  const [, mapped] = IPV4_IN_IPV6.exec(address) ?? [];
  if (mapped || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}
