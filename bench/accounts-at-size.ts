/*
 * Signing in, going on with a session and reading the audit log, against an empty database and against a full one,
 * in turns. Passwords cost next to nothing here, so that the database is what is measured.
 * Run: node bench/accounts-at-size.ts [--users 100000] [--sessions 1000000] [--entries 10000000] [--rounds 15]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allowPassage, startPostgres } from '@spyhop/platform/embedded/postgres';
import { findRedisProgram, startRedis } from '@spyhop/platform/embedded/redis';
import { newKeyRingText } from '@spyhop/platform/secret-box';
import { createPrisma } from '@spyhop/prisma/client';
import { startUsers } from '@spyhop/users/main';
import { type AuditFilter, AuditLog, listSql } from '@spyhop/users/store/audit-log';
import { Passwords } from '@spyhop/users/store/passwords';
import { Client } from 'pg';
import { request } from 'undici';
import { z } from 'zod';
import { compareInTurns, createDatabase, reportPlans } from './at-size.ts';
import { report } from './report.ts';
import { PASSWORD, type Sizes, seed } from './accounts-seed.ts';
import { withTemporaryFolder } from './stack.ts';

const PORT = Number(process.env.BENCH_PORT ?? 4_800);
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };
const PER_ROUND = 20;
/** So much longer than against the empty database is still the same. */
const SAME = 1.5;
const PAGE = 21;
const LARGE_TABLES = ['user', 'session', 'audit_entry'];

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '100000' },
    sessions: { type: 'string', default: '1000000' },
    entries: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '15' },
  },
});
const SIZES: Sizes = {
  users: Number(options.users),
  sessions: Number(options.sessions),
  entries: Number(options.entries),
};
const ROUNDS = Number(options.rounds);

/** The users subgraph on a database, and what is asked of it. */
interface Side {
  databaseUrl: string;
  asks: ReadonlyMap<string, () => Promise<unknown>>;
  stop(): Promise<void>;
}

const SIGN_IN = `mutation ($email: String!, $password: String!) {
  signIn(input: { email: $email, password: $password, delivery: BODY }) { ... on SignedIn { refreshToken } }
}`;
const REFRESH = `mutation ($token: String) { refreshSession(refreshToken: $token) { refreshToken } }`;
const SignedIn = z.object({ data: z.object({ signIn: z.object({ refreshToken: z.string() }) }) });
const Renewed = z.object({
  data: z.object({ refreshSession: z.object({ refreshToken: z.string() }) }),
});

/** Filters by the index that is to serve them. */
const FILTERS: readonly [string, AuditFilter][] = [
  ['audit_entry_at_sequence_idx', {}],
  ['audit_entry_at_sequence_idx', { to: Date.UTC(2026, 3, 1), from: Date.UTC(2026, 2, 1) }],
  ['audit_entry_subject_at_sequence_idx', { subject: '00000000-0000-4000-8000-000000000007' }],
  ['audit_entry_actor_at_sequence_idx', { actor: '00000000-0000-4000-8000-000000000007' }],
  ['audit_entry_kind_at_sequence_idx', { kind: 'ROLES_CHANGED' }],
  ['audit_entry_address_at_sequence_idx', { address: '10.0.0.7' }],
];

async function startSide(databaseUrl: string, redisUrl: string, port: number): Promise<Side> {
  const env = {
    IDENTITY_KEYS_URL: 'none',
    ...{ USERS_PORT: String(port), USERS_ADMIN_PORT: String(port + 1), LOG_LEVEL: 'fatal' },
    ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, REDIS_PREFIX: `bench-${port}:` },
    SECRET_KEYS: newKeyRingText('bench'),
  };
  const parts = { passwordCost: CHEAP };
  const stopUsers = await startUsers(env, parts);
  const system = createPrisma(databaseUrl);
  const log = new AuditLog(system);
  const ask = async (query: string, variables: object): Promise<unknown> => {
    const { body } = await request(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return body.json();
  };
  const signIn = async (): Promise<string> => {
    const answer = await ask(SIGN_IN, { email: 'user7@example.org', password: PASSWORD });
    return SignedIn.parse(answer).data.signIn.refreshToken;
  };
  let token = await signIn();
  const refresh = async (): Promise<void> => {
    token = Renewed.parse(await ask(REFRESH, { token })).data.refreshSession.refreshToken;
  };
  const read = async (): Promise<void> => {
    for (const [, filter] of FILTERS) await log.list(filter, { after: null, limit: PAGE });
  };
  return {
    databaseUrl,
    asks: new Map<string, () => Promise<unknown>>([
      ['signing in', signIn],
      ['going on with a session', refresh],
      [`${FILTERS.length} pages of the audit log`, read],
    ]),
    stop: async () => {
      await stopUsers();
      await system.$disconnect();
    },
  };
}

async function compare(empty: Side, full: Side): Promise<void> {
  for (const [what, askEmpty] of empty.asks) {
    const askFull = full.asks.get(what) ?? askEmpty;
    const times = await compareInTurns(askEmpty, askFull, { rounds: ROUNDS, perRound: PER_ROUND });
    report({
      what,
      target: `at most ${SAME} times as long as on the empty database`,
      measured: `${times.ratio.toFixed(2)} times, ${times.small.toFixed(2)} ms empty, ${times.large.toFixed(2)} ms full`,
      met: times.ratio <= SAME,
    });
  }
}

/** Whole tables that were read since the counts began. */
async function fullScans(client: Client): Promise<number> {
  const { rows } = await client.query<{ scans: string }>(
    `SELECT sum(seq_scan) AS scans FROM pg_stat_user_tables WHERE schemaname = 'users' AND relname = ANY($1)`,
    [LARGE_TABLES],
  );
  return Number(rows[0]?.scans);
}

async function checkPlans(client: Client): Promise<void> {
  const queries = FILTERS.map(([index, filter]) => {
    const { text, values } = listSql(filter, { after: null, limit: PAGE });
    const isRight = (plan: string): boolean => plan.includes(index) && !/Seq Scan|Sort/.test(plan);
    return { name: index, text, values, isRight };
  });
  await reportPlans(client, queries, {
    what: 'plans of audit queries',
    target: 'each walks along its index, and sorts nothing',
  });
}

async function main(folder: string): Promise<void> {
  await allowPassage(folder);
  const superuserPassword = 'bench';
  const dataDir = join(folder, 'postgres');
  const postgres = await startPostgres({ dataDir, port: PORT, superuserPassword, durable: true });
  const program = findRedisProgram(process.env.PATH);
  if (!program) throw new Error('redis-server is not on the PATH');
  const redisAt = { program, dataDir: join(folder, 'redis'), port: PORT + 1, durable: false };
  const redis = await startRedis({ ...redisAt, password: 'bench' });
  const urlOf = (database: string): string =>
    `postgresql://postgres:${superuserPassword}@127.0.0.1:${postgres.port}/${database}`;
  const redisUrl = `redis://:bench@127.0.0.1:${redis.port}`;
  try {
    const hash = await new Passwords(CHEAP).hash(PASSWORD, 'known');
    for (const [database, sizes] of [
      ['empty', { users: 10, sessions: 0, entries: 0 }],
      ['full', SIZES],
    ] as const) {
      const url = urlOf(`${database}_accounts`);
      await createDatabase(urlOf('postgres'), url);
      const seconds = await seed(url, sizes, hash);
      console.log(`${database}: ${JSON.stringify(sizes)} in ${seconds.toFixed(0)} s`);
    }
    const client = new Client({ connectionString: urlOf('full_accounts') });
    await client.connect();
    await checkPlans(client);
    const scansBefore = await fullScans(client);
    const empty = await startSide(urlOf('empty_accounts'), redisUrl, PORT + 2);
    const full = await startSide(urlOf('full_accounts'), redisUrl, PORT + 4);
    await compare(empty, full);
    await Promise.all([empty.stop(), full.stop()]);
    // Connections that end have told their counts.
    const scans = (await fullScans(client)) - scansBefore;
    await client.end();
    report({
      what: 'large tables that were read from end to end meanwhile, sealing and rules included',
      target: 'none',
      measured: String(scans),
      met: scans === 0,
    });
  } finally {
    await redis.stop();
    await postgres.stop();
  }
}

await withTemporaryFolder(main);
