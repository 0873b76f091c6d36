import { readWhalesConfig } from '@spyhop/whales/config';
import { knownChains } from '@spyhop/whales/feeds/evm/chains';
import { importLabelsCommand } from '@spyhop/whales/import-labels';
import { failCommand } from './failures';
import { withDatabase } from './stack/with-database';
import { fromWhereTyped } from './where-typed';

/** `npm run whales:labels -- <file or folder>…`: labels of wallets into this stack's database, whether it runs or not. */
async function main(): Promise<void> {
  const args = fromWhereTyped(process.argv.slice(2), ['--defects']);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  await withDatabase(process.env, [readWhalesConfig], say, async (databaseUrl) => {
    const chains = knownChains(process.env['EVM_CHAINS']);
    await importLabelsCommand(args, databaseUrl, process.stdout, chains);
  });
}

main().catch(failCommand);
