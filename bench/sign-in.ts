/*
 * What a sign-in costs around Argon2: over HTTP, through GraphQL, limits, PostgreSQL and Redis, against
 * nothing but the check of the same hash. At the cost that passwords have here, and at the one that they had before.
 * Run: npm run bench -- sign-in [rounds]
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { verify } from '@node-rs/argon2';
import { allowPassage, startPostgres } from '@spyhop/platform/embedded/postgres';
import { findRedisProgram, startRedis } from '@spyhop/platform/embedded/redis';
import { newKeyRingText } from '@spyhop/platform/secret-box';
import { createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { startUsers } from '@spyhop/users/main';
import { type PasswordCost, Passwords, RFC_9106_COST } from '@spyhop/users/store/passwords';
import { request } from 'undici';
import { freePort } from '../platform/testkit/ports.ts';
import { median, quantile, report } from './report.ts';
import { withTemporaryFolder } from './stack.ts';

const ROUNDS = Number(process.argv[2] ?? 100);
const WARM_UP = 20;
const MOST_AROUND = 0.05;
/** The least that the OWASP Password Storage Cheat Sheet asks for. */
const OWASP_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const EMAIL = 'bench@example.org';
const PASSWORD = 'otter-quarry-lantern-71';
const SECRET = 'only-for-this-bench';
const KEYS = newKeyRingText('bench');
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

async function keepUser(databaseUrl: string, cost: PasswordCost): Promise<string> {
  const passwordHash = await new Passwords(cost).hash(PASSWORD, 'known');
  const prisma = createPrisma(databaseUrl);
  const at = new Date();
  await prisma.user.upsert({
    where: { emailKey: EMAIL },
    create: {
      ...{ id: randomUUID(), email: EMAIL, emailKey: EMAIL, displayName: 'Bench' },
      ...{ passwordHash, roles: ['USER'], createdAt: at, passwordAt: at },
    },
    update: { passwordHash },
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
interface Time {
  wall: number;
  cpu: number;
}

async function timed(work: () => Promise<unknown>): Promise<Time> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await work();
  const wall = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1_000 };
}

interface Times {
  argon: Time[];
  whole: Time[];
}

async function measure({ databaseUrl, redisUrl }: Services, cost: PasswordCost): Promise<Times> {
  const hash = await keepUser(databaseUrl, cost);
  const port = await freePort();
  const stop = await startUsers(
    {
      USERS_PORT: String(port),
      IDENTITY_KEYS_URL: 'none',
      USERS_ADMIN_PORT: String(await freePort()),
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      SECRET_KEYS: KEYS,
      LOG_LEVEL: 'silent',
    },
    { passwordCost: cost },
  );
  const times: Times = { argon: [], whole: [] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    // In turns, so that what else goes on here hits both.
    const argon = await timed(() => verify(hash, PASSWORD));
    const whole = await timed(() => signIn(port));
    if (round < 0) continue;
    times.argon.push(argon);
    times.whole.push(whole);
  }
  await stop();
  return times;
}

function reportTimes({ argon, whole }: Times, cost: PasswordCost): void {
  const { memoryCost, timeCost, parallelism } = cost;
  for (const kind of ['wall', 'cpu'] as const) {
    const [alone, all] = [argon, whole].map((times) => times.map((time) => time[kind]));
    const [ofAlone, ofAll] = [median(alone ?? []), median(all ?? [])];
    const around = (ofAll - ofAlone) / ofAlone;
    report({
      what: `sign-in at m=${memoryCost} KiB, t=${timeCost}, p=${parallelism}, ${kind === 'wall' ? 'time' : 'CPU time of the process, its client included'}`,
      target: `< ${MOST_AROUND * 100} % around Argon2`,
      measured: `${ofAll.toFixed(2)} ms (p95 ${quantile(all ?? [], 0.95).toFixed(2)}), Argon2 alone ${ofAlone.toFixed(2)} ms: ${(ofAll - ofAlone).toFixed(2)} ms or ${(around * 100).toFixed(1)} % around it`,
      met: around < MOST_AROUND,
    });
  }
}

await withServices(async (services) => {
  await migrate(services.databaseUrl);
  for (const cost of [RFC_9106_COST, OWASP_COST]) {
    reportTimes(await measure(services, cost), cost);
  }
});
process.exit();
