import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run users -- grant-admin <email>`: who looks after all accounts.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  runPinned('scripts/dist/users.js', process.argv.slice(2));
});
