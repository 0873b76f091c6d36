import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readWhalesConfig } from '@spyhop/whales/config';
import { importLabelsCommand } from '@spyhop/whales/import-labels';
import { withDatabase } from './stack/with-database';

/** `npm run whales:labels -- <file or folder>…`: labels of wallets into this stack's database, whether it runs or not. */
async function main(): Promise<void> {
  const args = process.argv.slice(2).map(fromWhereTyped);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  await withDatabase(process.env, [readWhalesConfig], say, async (databaseUrl) => {
    await importLabelsCommand(args, databaseUrl, process.stdout);
  });
}

/** npm runs us in the project's folder; paths mean the folder that the user is in. */
function fromWhereTyped(argument: string, at: number, all: readonly string[]): string {
  const path = resolve(process.env.INIT_CWD ?? '.', argument);
  return existsSync(path) || all[at - 1] === '--defects' ? path : argument;
}

main().catch((err: unknown) => {
  process.stderr.write(`${err instanceof Error ? err.message : String(err)}\n`);
  process.exitCode = 1;
});
