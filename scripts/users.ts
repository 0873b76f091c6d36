import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment } from '@spyhop/platform/environment';
import { usersCommand } from '@spyhop/users/administer';
import { readUsersConfig } from '@spyhop/users/config';
import { z } from 'zod';
import { portsOf, readStackConfig } from './stack/config';
import { embeddedRedisUrl } from './stack/redis-unit';
import { isRunning } from './stack/run-lock';
import { loadSecrets } from './stack/secrets';
import { withDatabase } from './stack/with-database';

const RedisPrefix = z.object({ REDIS_PREFIX: commonEnvironment.REDIS_PREFIX });

/** `npm run users`: makes administrators, seals secrets anew, ends sessions, whether this stack runs or not. */
async function main(): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const config = readStackConfig(process.env, [readUsersConfig]);
  const { dataDir } = config;
  const secretKeys = async (): Promise<string> =>
    process.env['SECRET_KEYS'] || (await loadSecrets(dataDir)).secretKeys;
  const redisUrl = async (): Promise<string | null> => {
    if (config.redisUrl !== undefined) return config.redisUrl;
    if (!(await isRunning(dataDir))) return null;
    return embeddedRedisUrl(portsOf(config).get('Redis') ?? 0, await loadSecrets(dataDir));
  };
  const redis = async () => {
    const url = await redisUrl();
    const { REDIS_PREFIX: prefix } = readConfig(RedisPrefix, process.env);
    return url === null ? null : { url, prefix };
  };
  await withDatabase(process.env, [readUsersConfig], say, async (databaseUrl) => {
    const parts = { databaseUrl, secretKeys, redis, output: process.stdout };
    process.exitCode = await usersCommand(process.argv.slice(2), parts);
  });
}

main().catch((err: unknown) => {
  process.stderr.write(`${err instanceof Error ? err.message : String(err)}\n`);
  process.exitCode = 1;
});
