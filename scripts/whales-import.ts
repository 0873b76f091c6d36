import { openCloses } from '@spyhop/market/closes';
import { readWhaleFeedConfig } from '@spyhop/whales/feeds/config';
import { knownChains } from '@spyhop/whales/feeds/evm/chains';
import { importCommand } from '@spyhop/whales/import';
import { failCommand } from './failures';
import { withDatabase } from './stack/with-database';
import { fromWhereTyped } from './where-typed';

/** `npm run whales:import -- <file or folder>…`: recorded whales into this stack's database, whether it runs or not. */
async function main(): Promise<void> {
  const args = fromWhereTyped(process.argv.slice(2));
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  await withDatabase(process.env, [readWhaleFeedConfig], say, async (databaseUrl) => {
    const closes = openCloses(databaseUrl);
    const chains = knownChains(process.env['EVM_CHAINS']);
    await importCommand(args, databaseUrl, closes.at, process.stdout, chains).finally(closes.stop);
  });
}

main().catch(failCommand);
