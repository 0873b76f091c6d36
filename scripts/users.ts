import { usersCommand } from '@spyhop/users/administer';
import { readUsersConfig } from '@spyhop/users/config';
import { failCommand } from './failures';
import { readStackConfig } from './stack/config';
import { runningRedis } from './stack/running-redis';
import { loadSecrets } from './stack/secrets';
import { withDatabase } from './stack/with-database';

/** `npm run users`: makes administrators, seals secrets anew, ends sessions, whether this stack runs or not. */
async function main(): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const config = readStackConfig(process.env, [readUsersConfig]);
  const { dataDir } = config;
  const secretKeys = async (): Promise<string> =>
    process.env['SECRET_KEYS'] || (await loadSecrets(dataDir)).secretKeys;
  const redis = () => runningRedis(process.env, config);
  await withDatabase(process.env, [readUsersConfig], say, async (databaseUrl) => {
    const parts = { databaseUrl, secretKeys, redis, output: process.stdout };
    process.exitCode = await usersCommand(process.argv.slice(2), parts);
  });
}

main().catch(failCommand);
