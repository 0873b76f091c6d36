import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run import -- <file or folder>…`: the exchange's bulk files into this stack's database.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  runPinned('scripts/dist/import.js', process.argv.slice(2));
});
