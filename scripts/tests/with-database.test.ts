import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowPassage } from '@spyhop/platform/embedded/postgres';
import { freePort } from '@spyhop/platform/testkit/ports';
import { usersCommand } from '@spyhop/users/administer';
import { withDatabase } from '../stack/with-database';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spyhop-commands-'));
  await allowPassage(dataDir);
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

it('a command on a stack that was never started says whose data it looked at, and finds nobody there', async () => {
  const said: string[] = [];
  const port = await freePort();
  const env = { PATH: process.env['PATH'], DATA_DIR: dataDir, PORT: String(port) };
  let exitCode = 0;
  await withDatabase(
    env,
    [],
    (line) => said.push(line),
    async (databaseUrl) => {
      exitCode = await usersCommand(['grant-admin', 'ann@example.org'], {
        databaseUrl,
        secretKeys: () => Promise.reject(new Error('not asked for')),
        redis: async () => null,
        output: { write: (text: string) => said.push(text) },
      });
    },
  );
  expect(exitCode).toBe(1);
  expect(said.join('\n')).toMatch(new RegExp(`no stack runs on port ${port}.*${dataDir}`));
  expect(said.at(-1)).toMatch(/^There is no account with the address ann@example.org/);
});
