import { auditCommand } from '@spyhop/users/audit';
import { readUsersConfig } from '@spyhop/users/config';
import { failCommand } from './failures';
import { withDatabase } from './stack/with-database';

/** `npm run audit -- verify`: checks this stack's audit log, whether the stack runs or not. */
async function main(): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  await withDatabase(process.env, [readUsersConfig], say, async (databaseUrl) => {
    process.exitCode = await auditCommand(process.argv.slice(2), databaseUrl, process.stdout);
  });
}

main().catch(failCommand);
