import { BIN, ROOT, command, ensureBuilt, ensureInstalled } from './bootstrap.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// `npm run whales:folding-report`: measures the folding of whales on labelled cases, and writes the table into docs/whales.md.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma']);
  const test = 'subgraphs/whales/tests/folding-report.test.ts';
  const { status } = spawnSync(
    join(BIN, 'jest'),
    ['-c', 'jest.config.cjs', '--runInBand', '--forceExit', test],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, WRITE_FOLDING_REPORT: '1' } },
  );
  process.exitCode = status ?? 1;
});
