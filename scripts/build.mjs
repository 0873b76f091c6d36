import { command, ensureBuilt, ensureInstalled } from './bootstrap.mjs';

// `npm run build`: everything that is older than its sources.
command(async () => {
  ensureInstalled();
  ensureBuilt();
  console.log('build: up to date');
});
