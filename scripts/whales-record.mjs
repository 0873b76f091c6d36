import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run whales:record -- --out FILE`: what sources of whales say into a file that a replay reads.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  runPinned('subgraphs/whales/dist/record.js', process.argv.slice(2));
});
