import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import { LRUCache } from 'lru-cache';
import { SharedTexts } from './shared-texts';
import { sha256 } from './sha256';

interface PersistedTextsOptions {
  /** What this process keeps at most, bytes. */
  memoryBytes: number;
  /** A text that nobody sends for that long is forgotten, milliseconds. */
  ttlMs: number;
  /** Shared by all routers of one graph; null: this process keeps its own only. */
  redis: RedisSpace | null;
  clock: Clock;
  log: Log;
}

/** Longer texts are served, but not kept, so that few clients cannot push out what all others use; characters. */
const LONGEST_TEXT = 32_768;
/** What an entry costs besides its text, about. */
const ENTRY_OVERHEAD_BYTES = 256;

/** Texts of operations that clients have registered, by their SHA-256, in memory and behind it in Redis. */
export class PersistedTexts {
  private readonly memory: LRUCache<string, string>;
  private readonly shared: SharedTexts | null;

  constructor({ memoryBytes, ttlMs, redis, clock, log }: PersistedTextsOptions) {
    this.memory = new LRUCache({
      maxSize: memoryBytes,
      sizeCalculation: (text) => 2 * text.length + ENTRY_OVERHEAD_BYTES,
      ttl: ttlMs,
      updateAgeOnGet: true,
      perf: { now: clock },
    });
    this.shared = redis && new SharedTexts({ redis, ttlMs, clock, log });
  }

  /** What memory has. */
  peek(hash: string): string | undefined {
    return this.memory.get(hash);
  }

  /** Asks Redis, whose word nobody has to trust. */
  async find(hash: string): Promise<string | undefined> {
    const text = await this.shared?.get(hash);
    if (text == null || sha256(text) !== hash) return undefined;
    this.memory.set(hash, text);
    return text;
  }

  /** Keeps what is known to have that hash. */
  keep(hash: string, text: string): void {
    if (text.length > LONGEST_TEXT) return;
    this.memory.set(hash, text);
    void this.shared?.set(hash, text);
  }

  close(): void {
    this.shared?.close();
  }
}
