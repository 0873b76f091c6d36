import { createHash } from 'node:crypto';
import type { Clock } from '@spyhop/platform/clock';
import type { RedisSpace } from '@spyhop/platform/redis';
import { z } from 'zod';

/** What facts of one kind are, and how long they count. */
export interface ShortLivedOptions<Fact> {
  /** Part of keys in Redis. */
  name: string;
  fact: z.ZodType<Fact>;
  countsMs: number;
}

/** Facts that count for minutes, in Redis, for all processes together. Keys may be secrets: only hashes are kept. */
export class ShortLived<Fact> {
  private readonly kept: z.ZodType<{ fact: Fact; until: number }>;

  constructor(
    private readonly redis: RedisSpace,
    private readonly clock: Clock,
    private readonly options: ShortLivedOptions<Fact>,
  ) {
    this.kept = z.object({ fact: options.fact, until: z.number() });
  }

  /** In place of the one before. */
  async put(key: string, fact: Fact): Promise<void> {
    const { countsMs } = this.options;
    const text = JSON.stringify({ fact, until: this.clock() + countsMs });
    await this.redis.client.set(this.nameOf(key), text, 'PX', countsMs);
  }

  /** Null where there is none, or no longer. */
  async peek(key: string): Promise<Fact | null> {
    return this.read(await this.redis.client.get(this.nameOf(key)));
  }

  /** `peek` that leaves nothing: one of all who take it gets it. */
  async take(key: string): Promise<Fact | null> {
    return this.read(await this.redis.client.getdel(this.nameOf(key)));
  }

  private read(text: string | null): Fact | null {
    if (text === null) return null;
    const { fact, until } = this.kept.parse(JSON.parse(text));
    return this.clock() < until ? fact : null;
  }

  private nameOf(key: string): string {
    return `${this.options.name}:${createHash('sha256').update(key).digest('base64url')}`;
  }
}
