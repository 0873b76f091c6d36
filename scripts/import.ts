import { readFeedConfig } from '@spyhop/market/feeds/config';
import { importCommand } from '@spyhop/market/import';
import { failCommand } from './failures';
import { withDatabase } from './stack/with-database';
import { fromWhereTyped } from './where-typed';

/** `npm run import -- <file or folder>…`: bulk files into this stack's database, whether it runs or not. */
async function main(): Promise<void> {
  const args = fromWhereTyped(process.argv.slice(2));
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  await withDatabase(process.env, [readFeedConfig], say, async (databaseUrl) => {
    await importCommand(args, databaseUrl, process.stdout);
  });
}

main().catch(failCommand);
