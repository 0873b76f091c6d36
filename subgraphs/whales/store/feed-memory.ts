import type { RedisSpace } from '@spyhop/platform/redis';
import type { z } from 'zod';

/** What a source of whales remembers over a restart of the feed process, in a hash of Redis. */
export class FeedMemory<Entry> {
  private readonly key: string;

  constructor(
    private readonly redis: RedisSpace,
    name: string,
    private readonly schema: z.ZodType<Entry>,
  ) {
    this.key = `whales:memory:${name}`;
  }

  /** What an older version has kept otherwise is left out. */
  async all(): Promise<Entry[]> {
    const texts = await this.redis.client.hvals(this.key);
    return texts.flatMap((text) => this.schema.safeParse(JSON.parse(text)).data ?? []);
  }

  async keep(field: string, entry: Entry): Promise<void> {
    await this.redis.client.hset(this.key, field, JSON.stringify(entry));
  }

  async forget(fields: readonly string[]): Promise<void> {
    if (fields.length > 0) await this.redis.client.hdel(this.key, ...fields);
  }
}
