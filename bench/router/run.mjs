import { command, continueWith, ensureBuilt, ensureInstalled } from '../../scripts/bootstrap.mjs';

// `npm run bench:router [-- <name> … --rounds N]`: the router in figures; docs/benchmarks.md says how.
command(async () => {
  ensureInstalled();
  ensureBuilt();
  await continueWith('bench/router/run.ts', process.argv.slice(2));
});
