import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run compose -- <supergraph.yaml> <supergraph.graphql>`: a graph of one's own, for the router.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  // Paths mean the folder that the user is in; npm runs us in the project's.
  process.chdir(process.env.INIT_CWD ?? '.');
  runPinned('scripts/dist/compose-file.js', process.argv.slice(2));
});
