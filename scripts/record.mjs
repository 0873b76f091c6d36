import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run record -- --out FILE`: live frames into a file that a replay reads.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  runPinned('subgraphs/market/dist/record.js', process.argv.slice(2));
});
