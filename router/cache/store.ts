import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import { type CacheEntry, expiryOf } from './entry';
import { Invalidated, type Mark } from './invalidated';
import { InvalidationListener } from './invalidation-listener';
import { MemoryCache } from './memory-cache';
import { type KeyedEntry, RedisCache } from './redis-cache';

export interface CacheStoreOptions {
  /** What this process keeps at most, bytes. */
  memoryBytes: number;
  /** Larger bodies are not kept, bytes. */
  maxBodyBytes: number;
  /** Nothing is kept for longer, seconds; at most 2^32 - 1. */
  maxTtlSeconds: number;
  /** Shared by all replicas; null: this process keeps its own only, and nobody invalidates. */
  redis: RedisSpace | null;
  /** How long Redis may take to answer, ms; one that takes longer is left alone for a while. */
  redisPatienceMs: number;
  /** All tags that an invalidated one stands for, itself among them. */
  standingFor: (tag: string) => readonly string[];
  clock: Clock;
  log: Log;
}

/** An entry and where it was. */
export interface FoundEntry {
  entry: CacheEntry;
  tier: 'memory' | 'redis';
}

/** What is about to be kept. */
export interface NewEntry {
  key: string;
  maxAgeSeconds: number;
  tags: readonly string[];
  body: Buffer;
}

/**
 * Keeps answers in memory and, behind it, in Redis. Redis is used only while invalidations are heard;
 * while it is away, memory goes on by itself and forgets all when it is back.
 */
export class CacheStore {
  private readonly memory: MemoryCache;
  private readonly invalidated = new Invalidated();
  private readonly listener: InvalidationListener | null = null;
  private readonly shared: RedisCache | null = null;

  constructor(private readonly options: CacheStoreOptions) {
    const { redis, redisPatienceMs, log, clock, maxTtlSeconds, memoryBytes } = options;
    this.memory = new MemoryCache(memoryBytes);
    if (!redis) return;
    const listener = new InvalidationListener(
      redis,
      { onTags: (tags) => void this.invalidate(tags), onGap: () => this.forget() },
      log,
    );
    this.listener = listener;
    this.shared = new RedisCache({
      redis,
      epoch: () => listener.epoch,
      patienceMs: redisPatienceMs,
      maxTtlMs: maxTtlSeconds * 1_000,
      clock,
      log,
    });
  }

  /** To be taken before reading what is going to be kept. */
  mark(): Mark {
    return this.invalidated.mark();
  }

  /** Whether one of the tags was, or may have been, invalidated after the mark. */
  isInvalidatedSince(mark: Mark, tags: readonly string[]): boolean {
    return this.invalidated.isSince(mark, tags);
  }

  /** Whether Redis is in use now. */
  get isShared(): boolean {
    return this.listener?.epoch != null;
  }

  /** Bytes that are kept in memory, about. */
  get size(): number {
    return this.memory.size;
  }

  /** From memory alone. */
  peek(key: string): FoundEntry | undefined {
    const entry = this.memory.get(key, this.options.clock());
    return entry && { entry, tier: 'memory' };
  }

  async get(key: string): Promise<FoundEntry | undefined> {
    const known = this.peek(key);
    if (known || !this.shared) return known;
    const [found] = await this.getMany([key]);
    return found;
  }

  /** In the order of the keys; Redis is asked once for all that memory does not have. Never throws. */
  async getMany(keys: readonly string[]): Promise<(FoundEntry | undefined)[]> {
    const found = keys.map((key) => this.peek(key));
    if (!this.shared) return found;
    const missing = keys.flatMap((_, index) => (found[index] ? [] : [index]));
    if (missing.length === 0) return found;
    const mark = this.mark();
    const entries = await this.shared.getMany(missing.map((index) => keys[index] ?? ''));
    missing.forEach((index, turn) => {
      const entry = entries[turn];
      if (entry && this.isUsable(entry, mark)) {
        this.memory.set(keys[index] ?? '', entry);
        found[index] = { entry, tier: 'redis' };
      }
    });
    return found;
  }

  /**
   * Keeps what was read since the mark, and returns what is kept: not what was invalidated meanwhile, is too large
   * or has no lifetime.
   */
  set(entries: readonly NewEntry[], mark: Mark): readonly KeyedEntry[] {
    const { clock, maxBodyBytes, maxTtlSeconds } = this.options;
    const storedAt = clock();
    const kept = entries
      .filter(({ body, maxAgeSeconds }) => body.length <= maxBodyBytes && maxAgeSeconds > 0)
      .filter(({ tags }) => !this.isInvalidatedSince(mark, tags))
      .map(({ key, maxAgeSeconds, tags, body }) => ({
        key,
        entry: { storedAt, maxAgeSeconds: Math.min(maxAgeSeconds, maxTtlSeconds), tags, body },
      }));
    for (const { key, entry } of kept) this.memory.set(key, entry);
    if (kept.length > 0) void this.shared?.setMany(kept);
    return kept;
  }

  close(): void {
    this.listener?.close();
    this.shared?.close();
  }

  private isUsable(entry: CacheEntry, mark: Mark): boolean {
    return (
      this.options.clock() < expiryOf(entry) &&
      !this.isInvalidatedSince(mark, entry.tags) &&
      !this.invalidated.isOutdated(entry)
    );
  }

  private async invalidate(tags: readonly string[]): Promise<void> {
    const all = [...new Set(tags.flatMap((tag) => this.options.standingFor(tag)))];
    this.invalidated.add(all, this.options.clock());
    for (const tag of all) this.memory.deleteTagged(tag);
    const isDone = await this.shared?.deleteTagged(all);
    if (isDone === false) this.listener?.startEpoch();
  }

  private forget(): void {
    this.invalidated.addUnknown();
    this.memory.clear();
  }
}
