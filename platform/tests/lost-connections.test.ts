import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type PrismaClient, createPrisma } from '@spyhop/prisma/client';
import { parse } from 'graphql';
import { Pool } from 'pg';
import type { EmbeddedServer } from '../embedded/guarded';
import { findRedisProgram, startRedis } from '../embedded/redis';
import { ERROR_CODES } from '../errors';
import { createLog } from '../log';
import { type RedisSpace, connectRedis } from '../redis';
import type { Stop } from '../shutdown';
import { startSubgraph } from '../subgraph-server';
import { type Answer, GraphClient } from '../testkit/graph-client';
import { freePort } from '../testkit/ports';
import { requiredUrl } from '../testkit/redis';

const log = createLog({ name: 'test', level: 'silent' });
const warned = jest.spyOn(log, 'warn');
const failed = jest.spyOn(log, 'error');

/** Tells when a resolver has begun to ask its store. */
let asking: () => void = () => undefined;

let folder: string;
let server: EmbeddedServer;
let redis: RedisSpace;
let pool: Pool;
let prisma: PrismaClient;
let nowhere: { pool: Pool; prisma: PrismaClient; redis: RedisSpace };
let stop: Stop;
let graph: GraphClient;

const asked = <T>(question: Promise<T>): Promise<T> => {
  asking();
  return question;
};

const resolvers = {
  Query: {
    redisWaits: () => asked(redis.client.blpop('nothing', 0)).then(() => 1),
    redisAway: () => nowhere.redis.client.get('x').then(() => 1),
    redisPiped: () =>
      nowhere.redis.client
        .pipeline()
        .get('x')
        .exec()
        .then((replies) => {
          if (replies?.[0]?.[0]) throw replies[0][0];
        }),
    postgresWaits: () => asked(pool.query('SELECT pg_sleep(60)')).then(() => 1),
    postgresAway: () => nowhere.pool.query('SELECT 1').then(() => 1),
    prismaWaits: () => asked(prisma.$queryRaw`SELECT 1 FROM pg_sleep(60)`).then(() => 1),
    prismaAway: () => nowhere.prisma.asset.count(),
    badSql: () => pool.query('SELECT secret FROM nothing').then(() => 1),
  },
};
const fields = Object.keys(resolvers.Query).map((name) => `${name}: Int`);
const schema = buildSubgraphSchema({
  typeDefs: parse(`type Query { ${fields.join(' ')} }`),
  resolvers: resolvers as never,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spyhop-redis-'));
  const port = await freePort();
  const program = findRedisProgram(process.env['PATH']) ?? '';
  server = await startRedis({ program, dataDir: folder, port, password: 'x', durable: false });
  redis = connectRedis({ url: `redis://:x@127.0.0.1:${port}`, prefix: '', log });
  const application_name = 'lost-connections';
  const connectionString = requiredUrl('TEST_DATABASE_URL');
  pool = new Pool({ connectionString, application_name });
  pool.on('error', () => undefined);
  prisma = createPrisma(`${connectionString}?application_name=${application_name}`);
  nowhere = {
    pool: new Pool({ host: '127.0.0.1', port: await freePort() }),
    prisma: createPrisma(`postgresql://nobody:x@127.0.0.1:${await freePort()}/none`),
    redis: connectRedis({ url: `redis://127.0.0.1:${await freePort()}`, prefix: '', log }),
  };
  const graphPort = await freePort();
  stop = await startSubgraph({ port: graphPort, schema, context: () => ({}), log });
  graph = new GraphClient(graphPort);
});
afterAll(async () => {
  await graph.close();
  await stop();
  await Promise.all([redis.close(), pool.end(), prisma.$disconnect(), nowhere.redis.close()]);
  await Promise.all([nowhere.pool.end(), nowhere.prisma.$disconnect()]);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  warned.mockClear();
  failed.mockClear();
});

/** Asks, and takes the store away once its question is under way. */
async function askMeanwhile(field: string, takeAway: () => Promise<unknown>): Promise<Answer> {
  const isAsking = new Promise<void>((resolve) => (asking = resolve));
  const answer = graph.ask(`{ ${field} }`);
  await isAsking;
  await takeAway();
  return answer;
}

/** Ends the connections of this test, as soon as they are busy, as a restart of PostgreSQL does. */
async function endConnections(): Promise<void> {
  const admin = new Pool({ connectionString: requiredUrl('TEST_DATABASE_URL') });
  for (let ended = 0; ended === 0;) {
    const { rowCount } = await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'lost-connections' AND query LIKE '%pg_sleep%'`,
    );
    ended = rowCount ?? 0;
  }
  await admin.end();
}

function expectUnavailable({ errors }: Answer, field: string): void {
  expect(errors).toMatchObject([
    {
      message: ERROR_CODES.UPSTREAM_UNAVAILABLE,
      path: [field],
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    },
  ]);
  expect(warned).toHaveBeenCalledWith(
    expect.objectContaining({
      err: expect.objectContaining({ message: expect.any(String) }),
      path: [field],
    }),
    'a store does not answer',
  );
  expect(failed).not.toHaveBeenCalled();
}

describe('a resolver whose store is away', () => {
  it.each(['redisAway', 'redisPiped', 'postgresAway', 'prismaAway'])(
    'says that it is unavailable and logs why: %s',
    async (field) => expectUnavailable(await graph.ask(`{ ${field} }`), field),
  );

  it.each(['postgresWaits', 'prismaWaits'])(
    'says so too when PostgreSQL goes while it is being asked: %s',
    async (field) => expectUnavailable(await askMeanwhile(field, endConnections), field),
  );

  it('says so too when Redis goes while it is being asked', async () => {
    expectUnavailable(await askMeanwhile('redisWaits', () => server.stop()), 'redisWaits');
  });

  it('says that the fault is ours where the question was wrong', async () => {
    const { errors } = await graph.ask('{ badSql }');
    expect(errors).toMatchObject([
      { message: ERROR_CODES.INTERNAL, extensions: { code: 'INTERNAL' } },
    ]);
    expect(failed).toHaveBeenCalled();
  });
});
