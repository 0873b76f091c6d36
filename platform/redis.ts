import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from './log';

/** Redis with one prefix on every key and channel, so that spaces on one server never meet. */
export interface RedisSpace {
  /** Prefixes keys by itself; for commands that answer at once. */
  readonly client: Redis;
  readonly prefix: string;
  /** A further connection whose keys are not prefixed, for subscribing and blocking reads; the caller closes it. */
  open(options?: Pick<RedisOptions, 'socketTimeout'>): Redis;
  /** The channel of a topic and key. */
  channel(topic: string, key: string): string;
  close(): Promise<void>;
}

const FIRST_RECONNECT_DELAY_MS = 50;
const MAX_RECONNECT_DELAY_MS = 2_000;

/** Connects, and reconnects for ever by itself; a command fails after three reconnects without success. */
export function connectRedis(options: { url: string; prefix: string; log: Log }): RedisSpace {
  const open = (own: RedisOptions): Redis => {
    const redis = new Redis(options.url, {
      ...own,
      retryStrategy: (attempt) =>
        Math.min(FIRST_RECONNECT_DELAY_MS * 2 ** Math.min(attempt, 10), MAX_RECONNECT_DELAY_MS),
      maxRetriesPerRequest: 3,
    });
    redis.on('error', (err) => options.log.warn({ err }, 'redis connection'));
    return redis;
  };
  const client = open({ keyPrefix: options.prefix });
  return {
    client,
    prefix: options.prefix,
    open,
    channel: (topic, key) => `${options.prefix}${topic}:${key}`,
    close: async () => client.disconnect(),
  };
}
