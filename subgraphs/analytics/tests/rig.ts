import { DurableEvents } from '@spyhop/platform/durable-events';
import { createLog } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { testDatabase } from '@spyhop/platform/testkit/database';
import { GraphClient } from '@spyhop/platform/testkit/graph-client';
import { freePort } from '@spyhop/platform/testkit/ports';
import { testRedis } from '@spyhop/platform/testkit/redis';
import { type PrismaClient, createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { start } from '../main';

/** Services of its own, on which replicas of the subgraph can be started. */
export interface AnalyticsRig {
  events: DurableEvents;
  prisma: PrismaClient;
  space: RedisSpace;
  /** Starts a replica; `stop` of the rig ends those that still run. */
  replica(): Promise<Replica>;
  stop: Stop;
}

export interface Replica {
  graph: GraphClient;
  stop: Stop;
}

export const silent = createLog({ name: 'test', level: 'silent' });

export async function startAnalytics(): Promise<AnalyticsRig> {
  const database = await testDatabase(migrate);
  const redis = testRedis();
  const prisma = createPrisma(database.url);
  const running = new Set<Stop>();
  const replica = async (): Promise<Replica> => {
    const port = await freePort();
    const stopMain = await start({
      ANALYTICS_PORT: String(port),
      ANALYTICS_ADMIN_PORT: String(await freePort()),
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      REDIS_PREFIX: redis.prefix,
      LOG_LEVEL: 'silent',
    });
    const graph = new GraphClient(port);
    const stop = async (): Promise<void> => {
      if (!running.delete(stop)) return;
      await graph.close();
      await stopMain();
    };
    running.add(stop);
    return { graph, stop };
  };
  return {
    events: new DurableEvents(redis.space, silent),
    prisma,
    space: redis.space,
    replica,
    stop: () =>
      stopAll([
        () => database.drop(),
        () => prisma.$disconnect(),
        () => redis.close(),
        async () => void (await Promise.all([...running].map((stop) => stop()))),
      ]),
  };
}
