import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run rotate-signing-keys`: the next key of access tokens, for this stack's database; with --at-once after a theft.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  runPinned('scripts/dist/rotate-signing-keys.js', process.argv.slice(2));
});
