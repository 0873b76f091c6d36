import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run users -- grant-admin <email>`: who looks after all accounts. `… reseal`: after SECRET_KEYS was changed.
// `… end-sessions <email> | --all`: after a theft.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  runPinned('scripts/dist/users.js', process.argv.slice(2));
});
