import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { ChainableCommander, Redis } from 'ioredis';
import { type CacheEntry, decodeEntry, encodeEntry, expiryOf } from './entry';

/** An entry and what it is kept under. */
export interface KeyedEntry {
  key: string;
  entry: CacheEntry;
}

interface RedisCacheOptions {
  redis: RedisSpace;
  /** What it keeps is of one epoch; null while it must not be used. */
  epoch: () => string | null;
  /** How long it may take to answer, ms. */
  patienceMs: number;
  /** Entries' longest lifetime, ms. */
  maxTtlMs: number;
  clock: Clock;
  log: Log;
}

/** How long it is left alone after it failed. */
const REST_MS = 1_000;
const DELETED_AT_ONCE = 500;
/** Other replicas' clocks may differ by this much. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Entries that all replicas share. Per tag a sorted set holds the keys of its entries, by expiry. Everything expires
 * by itself. A Redis that is away or slow is like an empty one.
 */
export class RedisCache {
  private readonly client: Redis;
  private restsUntil = 0;

  constructor(private readonly options: RedisCacheOptions) {
    this.client = options.redis.client.duplicate({
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: options.patienceMs,
    });
    this.client.on('error', (err) => options.log.debug({ err }, 'cache connection'));
  }

  /** In the order of the keys; null where there is none. */
  async getMany(keys: readonly string[]): Promise<readonly (CacheEntry | null)[]> {
    const none = keys.map(() => null);
    const epoch = this.usableEpoch();
    if (epoch === null || keys.length === 0) return none;
    const names = keys.map((key) => entryName(epoch, key));
    const found = await this.attempt(() => this.client.mgetBuffer(...names));
    return found?.map((bytes) => bytes && decodeEntry(bytes)) ?? none;
  }

  async setMany(items: readonly KeyedEntry[]): Promise<void> {
    const epoch = this.usableEpoch();
    if (epoch === null) return;
    const now = this.options.clock();
    const commands = this.client.pipeline();
    for (const { key, entry } of items) {
      // First the index: what cannot be found by its tags must not be there.
      for (const tag of entry.tags) this.index(commands, tagName(epoch, tag), key, entry, now);
      const ttl = Math.max(1, expiryOf(entry) - now);
      commands.set(entryName(epoch, key), encodeEntry(entry), 'PX', ttl);
    }
    await this.attempt(() => execute(commands));
  }

  /** False when it could not be done. */
  async deleteTagged(tags: readonly string[]): Promise<boolean> {
    const epoch = this.options.epoch();
    if (epoch === null) return false;
    const done = await this.attempt(async () => {
      for (const tag of tags) await this.deleteAll(epoch, tagName(epoch, tag));
      return true;
    });
    return done ?? false;
  }

  close(): void {
    this.client.disconnect();
  }

  private index(
    commands: ChainableCommander,
    name: string,
    key: string,
    entry: CacheEntry,
    now: number,
  ): void {
    commands.zadd(name, expiryOf(entry), key);
    commands.zremrangebyscore(name, '-inf', now - CLOCK_SKEW_MS);
    commands.pexpire(name, this.options.maxTtlMs + CLOCK_SKEW_MS);
  }

  private async deleteAll(epoch: string, name: string): Promise<void> {
    for (;;) {
      const keys = await this.client.zrange(name, 0, DELETED_AT_ONCE - 1);
      if (keys.length === 0) return;
      const commands = this.client.multi();
      commands.unlink(...keys.map((key) => entryName(epoch, key)));
      commands.zrem(name, ...keys);
      await execute(commands);
    }
  }

  private usableEpoch(): string | null {
    const isUsable = this.client.status === 'ready' && this.options.clock() >= this.restsUntil;
    return isUsable ? this.options.epoch() : null;
  }

  private async attempt<Result>(work: () => Promise<Result>): Promise<Result | null> {
    try {
      return await work();
    } catch (err) {
      this.restsUntil = this.options.clock() + REST_MS;
      this.options.log.warn({ err }, 'the shared cache does not answer and is left alone');
      return null;
    }
  }
}

const entryName = (epoch: string, key: string): string => `cache:${epoch}:entry:${key}`;
const tagName = (epoch: string, tag: string): string => `cache:${epoch}:tag:${tag}`;

async function execute(commands: ChainableCommander): Promise<void> {
  for (const [err] of (await commands.exec()) ?? []) if (err) throw err;
}
