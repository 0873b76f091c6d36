import type { RedisSpace } from '@spyhop/platform/redis';
import { z } from 'zod';
import type { ApiKeyEntry } from '../rules/api-key';

/** All keys by their ids, in one hash: Redis loses either all of it or nothing. */
const INDEX = 'api-keys';
/** A field that says that every key is there, so that one that is not does not exist. */
const COMPLETE = 'complete';

const Entry: z.ZodType<ApiKeyEntry> = z.object({
  userId: z.string(),
  hash: z.string(),
  scopes: z.array(z.string()),
  roles: z.array(z.string()),
  allowedIps: z.array(z.string()),
  expiresAt: z.number().nullable(),
});

/** What keys are verified with, in Redis. */
export class ApiKeyIndex {
  constructor(private readonly redis: RedisSpace) {}

  /** Null for a key that does not exist; undefined where that cannot be said before the index is filled. */
  async find(id: string): Promise<ApiKeyEntry | null | undefined> {
    const [complete, entry] = await this.redis.client.hmget(INDEX, COMPLETE, id);
    if (complete == null) return undefined;
    return entry == null ? null : Entry.parse(JSON.parse(entry));
  }

  async isComplete(): Promise<boolean> {
    return (await this.redis.client.hexists(INDEX, COMPLETE)) === 1;
  }

  async put(entries: ReadonlyMap<string, ApiKeyEntry>): Promise<void> {
    if (entries.size === 0) return;
    const fields = [...entries].flatMap(([id, entry]) => [id, JSON.stringify(entry)]);
    await this.redis.client.hset(INDEX, ...fields);
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.redis.client.hdel(INDEX, ...ids);
  }

  /** Starts it afresh. */
  async clear(): Promise<void> {
    await this.redis.client.unlink(INDEX);
  }

  async complete(): Promise<void> {
    await this.redis.client.hset(INDEX, COMPLETE, '1');
  }
}
