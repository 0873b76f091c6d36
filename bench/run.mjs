import { command, continueWith, ensureBuilt, ensureInstalled } from '../scripts/bootstrap.mjs';

// `npm run bench [-- <name> …]`: what the product does in figures; docs/benchmarks.md says how.
command(async () => {
  ensureInstalled();
  ensureBuilt();
  await continueWith('bench/run.ts', process.argv.slice(2));
});
