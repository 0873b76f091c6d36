import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment } from '@spyhop/platform/environment';
import { z } from 'zod';
import { type StackConfig, portsOf } from './config';
import { embeddedRedisUrl } from './redis-unit';
import { isRunning } from './run-lock';
import { loadSecrets } from './secrets';

const RedisPrefix = z.object({ REDIS_PREFIX: commonEnvironment.REDIS_PREFIX });

/** Where the processes of the stack hear of each other, for commands beside it; null where none can be running. */
export async function runningRedis(
  env: NodeJS.ProcessEnv,
  config: StackConfig,
): Promise<{ url: string; prefix: string } | null> {
  const url = config.redisUrl ?? (await embeddedUrl(config));
  const { REDIS_PREFIX: prefix } = readConfig(RedisPrefix, env);
  return url === null ? null : { url, prefix };
}

async function embeddedUrl(config: StackConfig): Promise<string | null> {
  if (!(await isRunning(config.dataDir))) return null;
  return embeddedRedisUrl(portsOf(config).get('Redis') ?? 0, await loadSecrets(config.dataDir));
}
