import module from 'node:module';
import { join } from 'node:path';
import { ROOT, command, continueWith, ensureBuilt, ensureInstalled } from './bootstrap.mjs';

// `npm start`: from a fresh clone to a live dashboard.
command(async () => {
  process.env.SPYHOP_STARTED_AT ??= String(Math.round(performance.timeOrigin));
  ensureInstalled();
  ensureBuilt();
  process.env.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules', '.cache', 'compile');
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  await continueWith('scripts/dist/stack/launch.js');
});
