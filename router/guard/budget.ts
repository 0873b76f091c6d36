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
}

/** How a budget stands after a request. */
export interface BudgetState {
  isExceeded: boolean;
  /** What is left of it; never below 0. */
  remaining: number;
  /** Seconds until the window ends, rounded up. */
  resetS: number;
}

const KEY_PREFIX = 'budget';
/** Budgets that are counted in memory; the one that was asked for longest ago is forgotten for one more. */
const MOST_BUDGETS = 100_000;
const MIN_COST = 1;
const REDIS_SILENT_MS = 500;

/**
 * Budgets of cost per window of time. What is refused counts as well: who has spent it waits for the next window.
 * While Redis does not answer, each router counts for itself.
 */
export class Budget {
  private readonly redis: Redis | null;
  private readonly limiter: RateLimiterAbstract;
  private readonly counted: LRUCache<string, true>;

  constructor(readonly options: BudgetOptions) {
    const { cost: points, windowS: duration } = options;
    this.redis = options.redis && connectionBeside(options.redis);
    const limits = { points, duration, keyPrefix: KEY_PREFIX };
    const inMemory = new RateLimiterMemory(limits);
    this.counted = new LRUCache({
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
    this.counted.set(payer, true);
    try {
      return stateOf(await this.limiter.consume(payer, Math.max(cost, MIN_COST)), false);
    } catch (err) {
      if (err instanceof RateLimiterRes) return stateOf(err, true);
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
const connectionBeside = (redis: Redis): Redis =>
  redis
    .duplicate({
      socketTimeout: REDIS_SILENT_MS,
      maxRetriesPerRequest: 0,
      enableAutoPipelining: true,
    })
    // The connection that it stands beside logs the same.
    .on('error', () => undefined);

const stateOf = (
  { remainingPoints: remaining, msBeforeNext }: RateLimiterRes,
  isExceeded: boolean,
): BudgetState => ({
  isExceeded,
  remaining,
  resetS: Math.ceil(Math.max(msBeforeNext, 0) / 1_000),
});
