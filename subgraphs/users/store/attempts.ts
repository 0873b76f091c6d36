import { SpyhopError } from '@spyhop/platform/errors';
import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { type Attempt, type AttemptLimit, pauseOf } from '../rules/attempts';

/** Why something may not be tried now. */
export interface Refusal {
  /** Seconds. */
  retryAfterS: number;
  /** The pause begins here; whoever tries on is refused without more ado. */
  begins: boolean;
}

/** After so long without a pause the next one is as short as the first, seconds. */
const PAUSES_REMEMBERED_S = 7 * 86_400;

/** Counts attempts in Redis, for all processes together; each key goes by itself. */
export class Attempts {
  private readonly limiters = new Map<string, RateLimiterRedis>();

  constructor(private readonly redis: Redis) {}

  /**
   * Counts attempts, before they are made: the first by itself, so that who has come to its end takes nothing from
   * the others. Null where they may be made.
   */
  async refusalOf([first, ...others]: readonly Attempt[]): Promise<Refusal | null> {
    const refusal = first ? await this.count(first) : null;
    if (refusal) return refusal;
    const refusals = await Promise.all(others.map((attempt) => this.count(attempt)));
    return refusals.find((each) => each !== null) ?? null;
  }

  /** `refusalOf` that throws RATE_LIMITED; `onPause` is called once for each pause, as it begins. */
  async admit(attempts: readonly Attempt[], onPause?: () => Promise<void>): Promise<void> {
    await heed(await this.refusalOf(attempts), onPause);
  }

  /** Takes back what was counted: it was the right one. */
  async forgive(attempts: readonly Attempt[]): Promise<void> {
    await Promise.all(attempts.map(({ limit, key }) => this.limiter(limit).reward(key, 1)));
  }

  /** Does what was admitted; where that throws nothing was tried, and it does not count. */
  async unlessItThrows<Result>(
    attempts: readonly Attempt[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work();
    } catch (err) {
      await this.forgive(attempts);
      throw err;
    }
  }

  /** Starts afresh, pauses included. */
  async forget(attempts: readonly Attempt[]): Promise<void> {
    await Promise.all(
      attempts.flatMap(({ limit, key }) => [
        this.limiter(limit).delete(key),
        this.redis.del(pausesKey(limit, key)),
      ]),
    );
  }

  private async count({ limit, key }: Attempt): Promise<Refusal | null> {
    const limiter = this.limiter(limit);
    try {
      await limiter.consume(key);
      return null;
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      if (refused.consumedPoints !== limit.attempts + 1) {
        return { retryAfterS: Math.ceil(refused.msBeforeNext / 1_000), begins: false };
      }
      // The one that is too many begins the pause, and no other.
      const pauseS = pauseOf(limit, await this.nextPause(limit, key));
      await limiter.block(key, pauseS);
      return { retryAfterS: pauseS, begins: true };
    }
  }

  private async nextPause(limit: AttemptLimit, key: string): Promise<number> {
    const pauses = pausesKey(limit, key);
    const [counted] =
      (await this.redis.multi().incr(pauses).expire(pauses, PAUSES_REMEMBERED_S).exec()) ?? [];
    return Number(counted?.[1] ?? 1);
  }

  private limiter({ name, attempts, windowS }: AttemptLimit): RateLimiterRedis {
    const known = this.limiters.get(name);
    if (known) return known;
    const limiter = new RateLimiterRedis({
      storeClient: this.redis,
      keyPrefix: `attempts:${name}`,
      points: attempts,
      duration: windowS,
    });
    this.limiters.set(name, limiter);
    return limiter;
  }
}

/** Throws RATE_LIMITED where there is a refusal; `onPause` is called where a pause begins with it. */
export async function heed(refusal: Refusal | null, onPause?: () => Promise<void>): Promise<void> {
  if (!refusal) return;
  if (refusal.begins) await onPause?.();
  throw limited(refusal);
}

const pausesKey = ({ name }: AttemptLimit, key: string): string => `attempts:${name}:pauses:${key}`;

/** An error that says how long to wait. */
const limited = ({ retryAfterS }: Refusal): SpyhopError =>
  new SpyhopError('RATE_LIMITED', `Too many attempts; wait ${retryAfterS} seconds.`, {
    retryAfterS,
  });
