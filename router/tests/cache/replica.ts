import { createLog } from '@spyhop/platform/log';
import { type RedisSpace, connectRedis } from '@spyhop/platform/redis';
import { PATIENCE_MS, until } from '@spyhop/platform/testkit/until';
import type { TagFormats } from '../../cache/tag-formats';
import { EntityCache } from '../../cache/entity-cache';
import { ResponseCache } from '../../cache/response-cache';
import { CacheStore, type CacheStoreOptions } from '../../cache/store';

export const quiet = createLog({ name: 'test', level: 'silent' });

/** A clock that only tests move, epoch milliseconds. */
export class TestClock {
  now = Date.UTC(2025, 0, 1);
  readonly read = (): number => this.now;

  pass(seconds: number): void {
    this.now += seconds * 1_000;
  }
}

/** What one router process has of the cache. */
export class Replica {
  readonly store: CacheStore;
  readonly responses: ResponseCache;
  readonly entities: EntityCache;
  private readonly space: RedisSpace | null;

  constructor(
    at: { url: string; prefix: string } | null,
    clock: TestClock,
    options: Partial<CacheStoreOptions> & { formats?: TagFormats } = {},
  ) {
    this.space = at && connectRedis({ ...at, log: quiet });
    this.store = new CacheStore({
      memoryBytes: 10_000_000,
      maxBodyBytes: 1_000_000,
      maxTtlSeconds: 86_400,
      redis: this.space,
      // The clock stands: what is left alone for being slow would stay so.
      redisPatienceMs: PATIENCE_MS,
      standingFor: (tag) => options.formats?.standingFor(tag) ?? [tag],
      clock: clock.read,
      log: quiet,
      ...options,
    });
    this.responses = new ResponseCache(this.store, clock.read);
    this.entities = new EntityCache(this.store, clock.read);
  }

  /** One that shares with others through Redis, from now on. */
  static async shared(...how: ConstructorParameters<typeof Replica>): Promise<Replica> {
    const replica = new Replica(...how);
    await until(() => replica.store.isShared);
    return replica;
  }

  async close(): Promise<void> {
    this.store.close();
    await this.space?.close();
  }
}
