import { command, ensureBuilt, ensureInstalled, runPinned } from './bootstrap.mjs';

// `npm run router -- --supergraph <file>`: the router before any supergraph, without the rest of the product.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  // Paths mean the folder that the user is in; npm runs us in the project's.
  process.chdir(process.env.INIT_CWD ?? '.');
  runPinned('router/dist/cli.js', process.argv.slice(2));
});
