import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run audit -- verify`: whether the audit log is as it was written.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  runPinned('scripts/dist/audit.js', process.argv.slice(2));
});
