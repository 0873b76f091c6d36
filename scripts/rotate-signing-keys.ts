import { systemClock } from '@spyhop/platform/clock';
import { readUsersConfig } from '@spyhop/users/config';
import { rotateSigningKeys } from '@spyhop/users/rotate-keys';
import { describeFailure, exitCodeOf } from './failures';
import { readStackConfig } from './stack/config';
import { loadSecrets } from './stack/secrets';
import { withDatabase } from './stack/with-database';

/** `npm run rotate-signing-keys`: the next key of access tokens, whether the stack runs or not. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const { dataDir } = readStackConfig(env, [readUsersConfig]);
  await withDatabase(env, [readUsersConfig], say, async (databaseUrl) => {
    const SECRET_KEYS = env['SECRET_KEYS'] || (await loadSecrets(dataDir)).secretKeys;
    await rotateSigningKeys({ ...env, DATABASE_URL: databaseUrl, SECRET_KEYS }, systemClock());
  });
  say('access tokens have a new key: it is published now and signs in an hour');
}

main(process.env).catch((err: unknown) => {
  process.stderr.write(`${describeFailure(err)}\n`);
  process.exitCode = exitCodeOf(err);
});
