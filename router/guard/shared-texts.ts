import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { Redis } from 'ioredis';

interface SharedTextsOptions {
  redis: RedisSpace;
  ttlMs: number;
  clock: Clock;
  log: Log;
}

/** A Redis that is slower than this is not worth waiting for: the client sends the text again. */
const COMMAND_TIMEOUT_MS = 250;
/** How long it is left alone after it failed. */
const REST_MS = 1_000;
/** In all; those that were asked for last. */
const MOST_TEXTS = 5_000;
const INDEX = 'persisted:index';

/**
 * Texts by their hashes, which all routers of one graph share. A sorted set holds the hashes by when they were
 * last used, so that there are never many. A Redis that is away or slow is like an empty one.
 */
export class SharedTexts {
  private readonly client: Redis;
  private restsUntil = 0;

  constructor(private readonly options: SharedTextsOptions) {
    this.client = options.redis.client.duplicate({
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
    });
    this.client.on('error', (err) => options.log.debug({ err }, 'persisted operations connection'));
  }

  async get(hash: string): Promise<string | null> {
    return this.attempt(async () => {
      const text = await this.client.getex(keyOf(hash), 'PX', this.options.ttlMs);
      if (text !== null) await this.client.zadd(INDEX, 'XX', this.options.clock(), hash);
      return text;
    });
  }

  async set(hash: string, text: string): Promise<void> {
    await this.attempt(async () => {
      const { ttlMs, clock } = this.options;
      // First the index: what is not in it would not be counted.
      await this.client.zadd(INDEX, clock(), hash);
      await this.client.set(keyOf(hash), text, 'PX', ttlMs);
      await this.client.pexpire(INDEX, ttlMs);
      await this.trim();
    });
  }

  close(): void {
    this.client.disconnect();
  }

  private async trim(): Promise<void> {
    const excess = (await this.client.zcard(INDEX)) - MOST_TEXTS;
    if (excess <= 0) return;
    const popped = await this.client.zpopmin(INDEX, excess);
    // Each is followed by its score.
    const hashes = popped.filter((_, at) => at % 2 === 0);
    if (hashes.length > 0) await this.client.unlink(...hashes.map(keyOf));
  }

  private async attempt<Result>(work: () => Promise<Result>): Promise<Result | null> {
    const { clock, log } = this.options;
    if (this.client.status !== 'ready' || clock() < this.restsUntil) return null;
    try {
      return await work();
    } catch (err) {
      this.restsUntil = clock() + REST_MS;
      log.warn({ err }, 'shared persisted operations cannot be reached and are left alone');
      return null;
    }
  }
}

const keyOf = (hash: string): string => `persisted:text:${hash}`;
