import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { EmbeddedServer } from '../embedded/guarded';
import { allowPassage, startPostgres } from '../embedded/postgres';
import { findRedisProgram, startRedis } from '../embedded/redis';
import { freePort } from '../testkit/ports';
import { until } from '../testkit/until';

let folder: string;
let port: number;
const servers: EmbeddedServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spyhop-embedded-'));
  await allowPassage(folder);
  port = await freePort();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const keep = async (starting: Promise<EmbeddedServer>): Promise<EmbeddedServer> => {
  const server = await starting;
  servers.push(server);
  return server;
};

const postgres = (): Promise<EmbeddedServer> =>
  keep(
    startPostgres({
      dataDir: join(folder, 'postgres'),
      port,
      superuserPassword: 'only-here',
      durable: true,
    }),
  );

async function query(sql: string, password = 'only-here'): Promise<unknown[]> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password });
  await client.connect();
  return (await client.query<Record<string, unknown>>(sql).finally(() => client.end())).rows;
}

const postmasterPid = async (): Promise<number> =>
  Number((await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the embedded PostgreSQL', () => {
  it('asks for its password and keeps what was written from start to start', async () => {
    const server = await postgres();
    await query('CREATE TABLE kept AS SELECT 42 AS answer');
    await expect(query('SELECT 1', 'a guess')).rejects.toThrow(/password authentication failed/);
    await server.stop();
    await postgres();
    expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('recovers what was committed before it was killed', async () => {
    const server = await postgres();
    await query('CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(await postmasterPid(), 'SIGKILL');
    expect(await server.exited).toMatchObject({ reason: 'SIGKILL' });
    await postgres();
    expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is not kept from starting by a lock file whose process id is now another program', async () => {
    await (await postgres()).stop();
    const lock = join(folder, 'postgres/postmaster.pid');
    await writeFile(lock, `${process.pid}\n${folder}/postgres\n0\n${port}\n\n127.0.0.1\n`);
    await postgres();
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('that cannot start says why', async () => {
    await (await postgres()).stop();
    await rm(join(folder, 'postgres/global'), { recursive: true });
    await expect(postgres()).rejects.toThrow(/could not find the database system|No such file/);
  });
});

describe('the embedded Redis', () => {
  const redis = (): Promise<EmbeddedServer> =>
    keep(
      startRedis({
        program: findRedisProgram(process.env.PATH) ?? '',
        dataDir: join(folder, 'redis'),
        port,
        password: 'only-here',
        durable: true,
      }),
    );

  const connect = (password: string): Redis => {
    const client = new Redis({ port, password, lazyConnect: true, retryStrategy: () => null });
    return client.on('error', () => undefined);
  };

  it('asks for its password, which only we can read, and keeps what was written', async () => {
    const server = await redis();
    const client = connect('only-here');
    await client.set('kept', '42');
    client.disconnect();
    const stranger = connect('');
    await expect(stranger.get('kept')).rejects.toThrow(/NOAUTH/);
    stranger.disconnect();
    expect((await stat(join(folder, 'redis/redis.conf'))).mode & 0o777).toBe(0o600);
    await server.stop();
    await redis();
    const again = connect('only-here');
    expect(await again.get('kept')).toBe('42');
    again.disconnect();
  });

  it('ends when the process that started it is killed', async () => {
    const script = `
      const { startRedis } = require(${JSON.stringify(join(__dirname, '../embedded/redis.ts'))});
      startRedis(JSON.parse(process.argv[1])).then(() => console.log('up'));`;
    const options = {
      program: findRedisProgram(process.env.PATH),
      dataDir: join(folder, 'redis'),
      port,
      password: 'only-here',
      durable: true,
    };
    const hook = join(__dirname, '../testkit/register-typescript.cjs');
    const args = ['--require', hook, '-e', script, JSON.stringify(options)];
    const launcher: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 2] });
    await once(launcher.stdout ?? launcher, 'data');
    const client = connect('only-here');
    const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
    client.disconnect();
    launcher.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });
});
