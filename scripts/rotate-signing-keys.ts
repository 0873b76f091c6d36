import { parseArgs } from 'node:util';
import { systemClock } from '@spyhop/platform/clock';
import { readUsersConfig } from '@spyhop/users/config';
import { rotateSigningKeys } from '@spyhop/users/rotate-keys';
import { describeFailure, exitCodeOf } from './failures';
import { readStackConfig } from './stack/config';
import { runningRedis } from './stack/running-redis';
import { loadSecrets } from './stack/secrets';
import { withDatabase } from './stack/with-database';

const DONE = 'access tokens have a new key: it is published now and signs in an hour';
const DONE_AT_ONCE = `access tokens have a new key, and those that were signed before count no more:
- the users subgraph signs with it, and routers refuse what the others have signed, within a second;
- browsers and programs renew their tokens by themselves, so nobody has to sign in again. Where that must not be
  either: npm run users -- end-sessions --all`;

/** `npm run rotate-signing-keys`: the next key of access tokens, whether the stack runs or not. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const { values } = parseArgs({ options: { 'at-once': { type: 'boolean', default: false } } });
  const atOnce = values['at-once'];
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const config = readStackConfig(env, [readUsersConfig]);
  await withDatabase(env, [readUsersConfig], say, async (databaseUrl) => {
    const SECRET_KEYS = env['SECRET_KEYS'] || (await loadSecrets(config.dataDir)).secretKeys;
    const rotation = { now: systemClock(), atOnce, redis: await runningRedis(env, config) };
    await rotateSigningKeys({ ...env, DATABASE_URL: databaseUrl, SECRET_KEYS }, rotation);
  });
  say(atOnce ? DONE_AT_ONCE : DONE);
}

main(process.env).catch((err: unknown) => {
  process.stderr.write(`${describeFailure(err)}\n`);
  process.exitCode = exitCodeOf(err);
});
