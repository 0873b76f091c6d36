import type { Clock } from '@spyhop/platform/clock';
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';

/** What one payer may spend. */
export interface BudgetOptions {
  /** Cost that may be spent within a window; an integer above 0. */
  cost: number;
  /** Seconds, at most a day; a window begins with the first request after the one before. */
  windowS: number;
  /** Where all routers count together; null where each counts for itself. */
  redis: Redis | null;
  /** Milliseconds without a word after which Redis counts as away, 500 unless given. */
  redisSilentMs?: number;
  clock: Clock;
}

/** How a budget stands after a request. */
export interface BudgetState {
  isExceeded: boolean;
  /** What is left of it; never below 0. */
  remaining: number;
  /** Seconds until the window ends, rounded up. */
  resetS: number;
}

/** What was taken of a payer's budget ahead of time. */
interface Lease {
  /** May be spent without asking. */
  left: number;
  /** What is left of the budget besides. */
  remaining: number;
  /** Epoch milliseconds at which the window ends. */
  endsAt: number;
  /** Epoch milliseconds from which on it is to be renewed. */
  until: number;
  isRenewed: boolean;
}

const KEY_PREFIX = 'budget';
/** Budgets that are known here; the one that was asked for longest ago is forgotten for one more. */
const MOST_BUDGETS = 100_000;
const MIN_COST = 1;
const REDIS_SILENT_MS = 500;
const LEASED_SHARE = 1 / 1_000;
const LEASE_MS = 1_000;

/**
 * Budgets of cost per window of time. What is refused counts as well: who has spent it waits for the next window.
 * A thousandth of a budget is taken ahead, for what comes within a second: never more than the budget is spent, and of
 * a spent one as much may be unused for each router. While Redis does not answer, each router counts for itself.
 */
export class Budget {
  private readonly redis: Redis | null;
  private readonly limiter: RateLimiterAbstract;
  private readonly leases: LRUCache<string, Lease>;
  private readonly ahead: number;

  constructor(readonly options: BudgetOptions) {
    const { cost: points, windowS: duration } = options;
    const { redis, redisSilentMs = REDIS_SILENT_MS } = options;
    this.redis = redis && connectionBeside(redis, redisSilentMs);
    this.ahead = Math.floor(points * LEASED_SHARE);
    const limits = { points, duration, keyPrefix: KEY_PREFIX };
    const inMemory = new RateLimiterMemory(limits);
    this.leases = new LRUCache({
      max: MOST_BUDGETS,
      dispose: (_, payer) => void inMemory.delete(payer),
    });
    this.limiter = this.redis
      ? new RateLimiterRedis({
          ...limits,
          storeClient: this.redis,
          rejectIfRedisNotReady: true,
          insuranceLimiter: inMemory,
        })
      : inMemory;
  }

  /** Takes a whole cost out of a payer's budget, and at least 1. */
  async spend(cost: number, payer: string): Promise<BudgetState> {
    const points = Math.max(cost, MIN_COST);
    const lease = this.leaseOf(payer);
    const now = this.options.clock();
    if (points <= lease.left && now < lease.until) {
      lease.left -= points;
      return stateOf(lease, false, now);
    }
    return lease.isRenewed ? this.spendAlone(points, payer) : this.renew(lease, points, payer);
  }

  private leaseOf(payer: string): Lease {
    const known = this.leases.get(payer);
    if (known) return known;
    const lease = { left: 0, remaining: 0, endsAt: 0, until: 0, isRenewed: false };
    this.leases.set(payer, lease);
    return lease;
  }

  /** Beside a lease that is being renewed. */
  private async spendAlone(points: number, payer: string): Promise<BudgetState> {
    const now = this.options.clock();
    const {
      consumedPoints,
      remainingPoints: remaining,
      msBeforeNext,
    } = await this.take(points, payer);
    const isExceeded = consumedPoints > this.options.cost;
    return stateOf({ left: 0, remaining, endsAt: now + msBeforeNext }, isExceeded, now);
  }

  private async renew(lease: Lease, points: number, payer: string): Promise<BudgetState> {
    const now = this.options.clock();
    const held = now < lease.endsAt ? lease.left : 0;
    const taken = points + this.ahead - held;
    Object.assign(lease, { left: 0, isRenewed: true });
    try {
      const { consumedPoints, remainingPoints, msBeforeNext } = await this.take(taken, payer);
      const over = Math.max(consumedPoints - this.options.cost, 0);
      const available = held + Math.max(taken - over, 0);
      const isExceeded = available < points;
      lease.left = isExceeded ? 0 : available - points;
      lease.remaining = remainingPoints;
      lease.endsAt = now + msBeforeNext;
      lease.until = Math.min(lease.endsAt, now + LEASE_MS);
      return stateOf(lease, isExceeded, now);
    } finally {
      lease.isRenewed = false;
    }
  }

  private async take(points: number, payer: string): Promise<RateLimiterRes> {
    try {
      return await this.limiter.consume(payer, points);
    } catch (err) {
      if (err instanceof RateLimiterRes) return err;
      throw err;
    }
  }

  close(): void {
    this.redis?.disconnect();
  }
}

/**
 * Its commands fail soon and are never sent twice: what is not counted in Redis is counted in memory at once.
 * Those of requests that come together go together.
 */
const connectionBeside = (redis: Redis, socketTimeout: number): Redis =>
  redis
    .duplicate({
      socketTimeout,
      maxRetriesPerRequest: 0,
      enableAutoPipelining: true,
    })
    // The connection that it stands beside logs the same.
    .on('error', () => undefined);

const stateOf = (
  { left, remaining, endsAt }: Pick<Lease, 'left' | 'remaining' | 'endsAt'>,
  isExceeded: boolean,
  now: number,
): BudgetState => ({
  isExceeded,
  remaining: remaining + left,
  resetS: Math.ceil(Math.max(endsAt - now, 0) / 1_000),
});
