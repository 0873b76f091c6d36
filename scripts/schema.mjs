import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run schema`: the committed schema files follow the code.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  runPinned('scripts/dist/schema.js', ['write']);
});
