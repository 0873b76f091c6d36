import { join } from 'node:path';
import { startRedis } from '@spyhop/platform/embedded/redis';
import { isDiskFull } from '../failures';
import type { Secrets } from './secrets';
import type { Running, Unit } from './supervisor';

export interface RedisUnitOptions {
  program: string;
  dataDir: string;
  port: number;
  secrets: Secrets;
  onLine: (line: string) => void;
}

/** The address at which the processes reach the Redis we start. */
export const embeddedRedisUrl = (port: number, secrets: Secrets): string =>
  `redis://:${secrets.redisPassword}@127.0.0.1:${port}`;

/** A Redis of our own that keeps every write. */
export const redisUnit = (options: RedisUnitOptions): Unit => ({
  name: 'Redis',
  start: async (): Promise<Running> => {
    const server = await startRedis({
      program: options.program,
      dataDir: join(options.dataDir, 'redis'),
      port: options.port,
      password: options.secrets.redisPassword,
      durable: true,
      onLine: options.onLine,
    });
    const exited = server.exited.then(({ reason, lastWords }) => ({
      reason,
      lastWords,
      final: isDiskFull(lastWords),
    }));
    return { exited, stop: () => server.stop() };
  },
});
