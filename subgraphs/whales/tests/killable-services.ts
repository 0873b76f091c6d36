import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedServer } from '@spyhop/platform/embedded/guarded';
import { allowPassage, startPostgres } from '@spyhop/platform/embedded/postgres';
import { findRedisProgram, startRedis } from '@spyhop/platform/embedded/redis';
import type { Stop } from '@spyhop/platform/shutdown';
import { GraphClient } from '@spyhop/platform/testkit/graph-client';
import { freePort } from '@spyhop/platform/testkit/ports';
import { Redis } from 'ioredis';
import { start } from '../main';

/** PostgreSQL and Redis of a test's own, as durable as in production, which can be killed and started again. */
export class KillableServices {
  private constructor(
    private readonly folder: string,
    private readonly password: string,
    private readonly ports: { postgres: number; redis: number },
    private postgres: EmbeddedServer,
    private redis: EmbeddedServer,
  ) {}

  static async start(): Promise<KillableServices> {
    const folder = await mkdtemp(join(tmpdir(), 'spyhop-whales-'));
    await allowPassage(folder);
    const password = randomBytes(18).toString('base64url');
    const ports = { postgres: await freePort(), redis: await freePort() };
    return new KillableServices(
      ...([folder, password, ports] as const),
      await postgresIn(folder, password, ports.postgres),
      await redisIn(folder, password, ports.redis),
    );
  }

  get databaseUrl(): string {
    return `postgresql://postgres:${this.password}@127.0.0.1:${this.ports.postgres}/postgres`;
  }

  get redisUrl(): string {
    return `redis://:${this.password}@127.0.0.1:${this.ports.redis}`;
  }

  /** Kills PostgreSQL without a warning; resolves once it is gone. */
  async killPostgres(): Promise<void> {
    const lock = await readFile(join(this.folder, 'postgres', 'postmaster.pid'), 'utf8');
    process.kill(Number(lock.split('\n')[0]), 'SIGKILL');
    await this.postgres.exited;
  }

  async restartPostgres(): Promise<void> {
    this.postgres = await postgresIn(this.folder, this.password, this.ports.postgres);
  }

  /** Kills Redis without a warning; resolves once it is gone. */
  async killRedis(): Promise<void> {
    const client = new Redis(this.redisUrl);
    const [, pid] = /^process_id:(\d+)/m.exec(await client.info('server')) ?? [];
    client.disconnect();
    process.kill(Number(pid), 'SIGKILL');
    await this.redis.exited;
  }

  async restartRedis(): Promise<void> {
    this.redis = await redisIn(this.folder, this.password, this.ports.redis);
  }

  async stop(): Promise<void> {
    await this.postgres.stop();
    await this.redis.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The subgraph on such services, whose Redis it uses with a prefix. */
export async function serveOn(
  { databaseUrl, redisUrl }: KillableServices,
  prefix: string,
): Promise<{ graph: GraphClient; stop: Stop }> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const stop = await start({
    ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, REDIS_PREFIX: prefix },
    ...{ WHALES_PORT: String(port), WHALES_ADMIN_PORT: String(adminPort), LOG_LEVEL: 'silent' },
    // What is recorded has moved long ago.
    WHALE_KEEP_DAYS: '0',
  });
  const graph = new GraphClient(port);
  return {
    graph,
    stop: async () => {
      await graph.close();
      await stop();
    },
  };
}

const postgresIn = (folder: string, password: string, port: number): Promise<EmbeddedServer> =>
  startPostgres({
    ...{ dataDir: join(folder, 'postgres'), port, superuserPassword: password, durable: true },
  });

const redisIn = (folder: string, password: string, port: number): Promise<EmbeddedServer> =>
  startRedis({
    program: findRedisProgram(process.env['PATH']) ?? '',
    ...{ dataDir: join(folder, 'redis'), port, password, durable: true },
  });
