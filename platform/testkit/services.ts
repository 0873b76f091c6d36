import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowPassage, startPostgres } from '../embedded/postgres';
import { findRedisProgram, startRedis } from '../embedded/redis';
import { type Stop, stopAll } from '../shutdown';
import { freePort } from './ports';

const holder = globalThis as { spyhopTestServices?: Stop };

/** Jest's global setup: real PostgreSQL and Redis for the run, unless the environment names some. */
export default async function startServices(): Promise<void> {
  const stops: Stop[] = [];
  holder.spyhopTestServices = () => stopAll(stops);
  if (process.env.TEST_DATABASE_URL && process.env.TEST_REDIS_URL) return;
  const folder = await mkdtemp(join(tmpdir(), 'spyhop-test-'));
  await allowPassage(folder);
  stops.push(() => rm(folder, { recursive: true, force: true }));
  process.env.TEST_DATABASE_URL ||= await testPostgres(folder, stops);
  process.env.TEST_REDIS_URL ||= await testRedis(folder, stops);
}

/** Ends what `startServices` started. */
export async function stopServices(): Promise<void> {
  await holder.spyhopTestServices?.();
}

async function testPostgres(folder: string, stops: Stop[]): Promise<string> {
  const password = randomBytes(18).toString('base64url');
  const server = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    superuserPassword: password,
    durable: false,
    settings: { max_connections: '300' },
  });
  stops.push(() => server.stop());
  return `postgresql://postgres:${password}@127.0.0.1:${server.port}/postgres`;
}

async function testRedis(folder: string, stops: Stop[]): Promise<string> {
  const program = findRedisProgram(process.env.PATH);
  if (!program) {
    throw new Error(
      'The tests need redis-server on the PATH: `npm test` installs it where it can.',
    );
  }
  const password = randomBytes(18).toString('base64url');
  const server = await startRedis({
    program,
    dataDir: join(folder, 'redis'),
    port: await freePort(),
    password,
    durable: false,
  });
  stops.push(() => server.stop());
  return `redis://:${password}@127.0.0.1:${server.port}`;
}
