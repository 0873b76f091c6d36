import type { RedisSpace } from '@spyhop/platform/redis';
import { FEED_KINDS } from '@spyhop/platform/topics';
import { z } from 'zod';
import { HINDRANCES } from '../rules/feed-status';

const SourceReport = z.object({
  name: z.string(),
  kind: z.enum(FEED_KINDS),
  isConnected: z.boolean(),
  /** Why it is not, or what to know of it; empty where there is nothing to say. */
  message: z.string(),
  hindrance: z.enum(HINDRANCES).nullable(),
  /** When it last told of something that was kept, epoch ms; null before the first. */
  newestAt: z.number().nullable(),
  /** Silence after which it counts as stale, in ms; null where any may be usual. */
  quietAfterMs: z.number().nullable(),
});
export type SourceReport = z.infer<typeof SourceReport>;

const FeedReport = z.object({
  kind: z.enum(FEED_KINDS),
  state: z.enum(['STARTING', 'RUNNING', 'RECONNECTING', 'ENDED']),
  /** A sentence for people: what is shown and why. */
  message: z.string(),
  /** Epoch ms. */
  reportedAt: z.number(),
  /** Arrival of the newest transaction, epoch ms; null before the first. */
  newestAt: z.number().nullable(),
  /** When the newest transaction moved, epoch ms; null before the first. */
  newestTime: z.number().nullable(),
  /** When the feed began to be of this kind, epoch ms. */
  begun: z.number(),
  /** One that an older version has reported otherwise is left out. */
  sources: z
    .array(SourceReport.nullable().catch(null))
    .transform((all) => all.filter((one) => one !== null)),
});
export type FeedReport = z.infer<typeof FeedReport>;

/** What is said of a source that has not spoken yet, as far as the report before knows it. */
export const unspoken = (
  { name, kind, quietAfterMs }: Pick<SourceReport, 'name' | 'kind'> & { quietAfterMs?: number },
  former: Pick<FeedReport, 'sources'> | null,
): SourceReport => ({
  ...{ name, kind, isConnected: false, message: '', hindrance: null },
  newestAt: former?.sources.find((each) => each.name === name)?.newestAt ?? null,
  quietAfterMs: quietAfterMs ?? null,
});

const KEY = 'whales:feed';

/** What the feed process says of itself, in Redis. */
export class FeedBoard {
  constructor(private readonly redis: RedisSpace) {}

  /** Null before any report. */
  async read(): Promise<FeedReport | null> {
    const text = await this.redis.client.get(KEY);
    return text === null ? null : (FeedReport.safeParse(JSON.parse(text)).data ?? null);
  }

  async write(report: FeedReport): Promise<void> {
    await this.redis.client.set(KEY, JSON.stringify(report));
  }
}
