import { BIN, ROOT, command, ensureBuilt, ensureInstalled } from './bootstrap.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// `npm run access-table`: writes down who gets what of the graph, as a started router answers.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma']);
  const { status } = spawnSync(
    join(BIN, 'jest'),
    ['-c', 'jest.config.cjs', '--runInBand', '--forceExit', 'subgraphs/users/tests/access.test.ts'],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, WRITE_ACCESS_TABLE: '1' } },
  );
  process.exitCode = status ?? 1;
});
