import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run whales:labels -- <file or folder>…`: labels of wallets into this stack's database.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  runPinned('scripts/dist/whales-labels.js', process.argv.slice(2));
});
