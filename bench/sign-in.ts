/*
 * What a sign-in costs around Argon2: over HTTP, through GraphQL, limits, PostgreSQL and Redis, against
 * nothing but the check of the same hash.
 * Run: npm run bench -- sign-in [rounds]
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { verify } from '@node-rs/argon2';
import { allowPassage, startPostgres } from '@spyhop/platform/embedded/postgres';
import { findRedisProgram, startRedis } from '@spyhop/platform/embedded/redis';
import { newKeyRingText } from '@spyhop/platform/secret-box';
import { createSystemPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { start } from '@spyhop/users/main';
import { Passwords } from '@spyhop/users/store/passwords';
import { request } from 'undici';
import { freePort } from '../platform/testkit/ports.ts';
import { median, quantile, report } from './report.ts';
import { withTemporaryFolder } from './stack.ts';

const ROUNDS = Number(process.argv[2] ?? 100);
const WARM_UP = 20;
const MOST_AROUND = 0.05;
const EMAIL = 'bench@example.org';
const PASSWORD = 'otter-quarry-lantern-71';
const SECRET = 'only-for-this-bench';
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { ... on SignedIn { accessToken refreshToken } }
}`;

interface Services {
  databaseUrl: string;
  redisUrl: string;
}

async function withServices(work: (services: Services) => Promise<void>): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    await allowPassage(folder);
    const program = findRedisProgram(process.env.PATH);
    if (!program) throw new Error('redis-server is not installed');
    const postgres = await startPostgres({
      dataDir: join(folder, 'postgres'),
      port: await freePort(),
      superuserPassword: SECRET,
      durable: true,
    });
    await mkdir(join(folder, 'redis'));
    const redis = await startRedis({
      program,
      dataDir: join(folder, 'redis'),
      port: await freePort(),
      password: SECRET,
      durable: false,
    });
    try {
      await work({
        databaseUrl: `postgresql://postgres:${SECRET}@127.0.0.1:${postgres.port}/postgres`,
        redisUrl: `redis://:${SECRET}@127.0.0.1:${redis.port}`,
      });
    } finally {
      await redis.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function addUser(databaseUrl: string): Promise<string> {
  const passwordHash = await new Passwords().hash(PASSWORD);
  const prisma = createSystemPrisma(databaseUrl);
  const at = new Date();
  await prisma.user.create({
    data: {
      ...{ id: randomUUID(), email: EMAIL, emailKey: EMAIL, displayName: 'Bench' },
      ...{ passwordHash, roles: ['USER'], createdAt: at, passwordAt: at },
    },
  });
  await prisma.$disconnect();
  return passwordHash;
}

async function signIn(port: number): Promise<void> {
  const input = { email: EMAIL, password: PASSWORD, delivery: 'BODY' };
  const { body } = await request(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: SIGN_IN, variables: { input } }),
  });
  const text = await body.text();
  if (!text.includes('accessToken')) throw new Error(text);
}

/** Milliseconds of wall clock and of this process's CPU. */
async function timed(work: () => Promise<unknown>): Promise<{ wall: number; cpu: number }> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await work();
  const wall = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1_000 };
}

await withServices(async ({ databaseUrl, redisUrl }) => {
  await migrate(databaseUrl);
  const hash = await addUser(databaseUrl);
  const port = await freePort();
  const stop = await start({
    USERS_PORT: String(port),
    USERS_ADMIN_PORT: String(await freePort()),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    SECRET_KEYS: newKeyRingText('bench'),
    LOG_LEVEL: 'silent',
  });
  const [bare, whole]: { wall: number; cpu: number }[][] = [[], []];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    // In turns, so that what else goes on here hits both.
    const checked = await timed(() => verify(hash, PASSWORD));
    const signed = await timed(() => signIn(port));
    if (round < 0) continue;
    bare?.push(checked);
    whole?.push(signed);
  }
  await stop();
  for (const kind of ['wall', 'cpu'] as const) {
    const [argon, all] = [bare, whole].map((times) => median(times?.map((t) => t[kind]) ?? []));
    const p95 = quantile(whole?.map((t) => t[kind]) ?? [], 0.95);
    const around = ((all ?? NaN) - (argon ?? NaN)) / (argon ?? NaN);
    report({
      what: `sign-in, ${kind === 'wall' ? 'time' : 'CPU time of the process, its client included'}`,
      target: `< ${MOST_AROUND * 100} % around Argon2`,
      measured: `${all?.toFixed(2)} ms (p95 ${p95.toFixed(2)}), Argon2 alone ${argon?.toFixed(2)} ms: ${(around * 100).toFixed(1)} % around it`,
      met: around < MOST_AROUND,
    });
  }
});
process.exit();
