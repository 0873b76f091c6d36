import { command, continueWith, ensureBuilt, ensureInstalled } from './bootstrap.mjs';

// `npm run schema`: the committed schema files follow the code.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  await continueWith('scripts/dist/schema.js', ['write']);
});
