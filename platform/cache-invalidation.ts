import { z } from 'zod';
import type { RedisSpace } from './redis';

/** Counts the times when something was invalidated and no router heard of it. */
export const CACHE_EPOCH_KEY = 'cache:epoch';

/** Where a subgraph says what has changed: `{"tags":["product-1"]}`. */
export const invalidationChannel = (redis: RedisSpace): string =>
  redis.channel('cache', 'invalidate');

const MAX_TAG_LENGTH = 512;
const MAX_TAGS = 1_000;
const message = z.object({
  tags: z.array(z.string().min(1).max(MAX_TAG_LENGTH)).min(1).max(MAX_TAGS),
});

/** Nobody hears it: whoever listens next must not trust what was kept before. */
const PUBLISH = `local heard = redis.call('publish', ARGV[1], ARGV[2])
if heard == 0 then redis.call('incr', KEYS[1]) end
return heard`;

/**
 * Tells all routers that what carries these tags has changed: it is not served from their caches any more.
 * Call it when the change can be read, that is after its transaction. Throws when Redis does not answer,
 * and for more than 1,000 tags or tags longer than 512 characters.
 */
export async function invalidateCached(redis: RedisSpace, tags: readonly string[]): Promise<void> {
  const text = JSON.stringify(message.parse({ tags }));
  await redis.client.eval(PUBLISH, 1, CACHE_EPOCH_KEY, invalidationChannel(redis), text);
}

/** The tags of a message on the channel. Throws for what is none. */
export const readInvalidation = (text: string): readonly string[] =>
  message.parse(JSON.parse(text)).tags;
