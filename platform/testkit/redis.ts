import { randomUUID } from 'node:crypto';
import { createLog } from '../log';
import { type RedisSpace, connectRedis } from '../redis';

/** A keyspace nobody else uses; `close` removes what was written into it. */
export interface TestRedis {
  readonly url: string;
  readonly prefix: string;
  readonly space: RedisSpace;
  close(): Promise<void>;
}

export function testRedis(): TestRedis {
  const url = requiredUrl('TEST_REDIS_URL');
  const prefix = `test-${randomUUID()}:`;
  const space = connectRedis({ url, prefix, log: createLog({ name: 'test', level: 'silent' }) });
  return {
    url,
    prefix,
    space,
    close: async () => {
      await removeKeys(space);
      await space.close();
    },
  };
}

async function removeKeys(space: RedisSpace): Promise<void> {
  const redis = space.open();
  for await (const keys of redis.scanStream({ match: `${space.prefix}*`, count: 1_000 })) {
    if (Array.isArray(keys) && keys.length > 0) await redis.unlink(...(keys as string[]));
  }
  redis.disconnect();
}

/** Set by the services that start before the tests. */
export function requiredUrl(variable: 'TEST_DATABASE_URL' | 'TEST_REDIS_URL'): string {
  const url = process.env[variable];
  if (url) return url;
  throw new Error(`${variable} is not set: run the tests through Jest, which starts the services.`);
}
