import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run whales:import -- <file or folder>…`: recorded whales into this stack's database.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  runPinned('scripts/dist/whales-import.js', process.argv.slice(2));
});
