import { DurableEvents } from '@spyhop/platform/durable-events';
import { createLog } from '@spyhop/platform/log';
import { createMetrics, startAdmin } from '@spyhop/platform/metrics';
import { connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { readIdentityWithKeysAt } from '@spyhop/platform/signed-identity';
import { startSubgraph } from '@spyhop/platform/subgraph-server';
import { createPrisma } from '@spyhop/prisma/client';
import { readAnalyticsConfig } from './config';
import { buildAnalyticsSchema } from './graphql/schema';
import { followCloses } from './jobs/follow-closes';
import { storeCloses } from './jobs/store-closes';
import { IndicatorBoard } from './rules/indicators';
import { CloseStore } from './store/closes';

/** Serves the analytics subgraph: indicators over the closes that the market domain announces. */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const { port, adminPort, host, databaseUrl, consumer, ...config } = readAnalyticsConfig(env);
  const log = createLog({ name: 'analytics', ...config.log });
  const { schema } = await buildAnalyticsSchema();
  const redis = connectRedis({ ...config.redis, log });
  const prisma = createPrisma(databaseUrl);
  const events = new DurableEvents(redis, log);
  const store = new CloseStore(prisma);
  const indicators = new IndicatorBoard();
  const ready = async (): Promise<Record<string, boolean>> => ({
    redis: redis.client.status === 'ready',
  });
  const identity = readIdentityWithKeysAt(config.identityKeysUrl, { subgraph: 'analytics', log });
  const stop = await startAll(
    [
      async () => () => prisma.$disconnect(),
      async () => () => redis.close(),
      () => storeCloses({ events, store, consumer, log }),
      () => followCloses({ events, store, indicators, log }),
      () => startSubgraph({ port, host, schema, context: () => ({ indicators }), identity, log }),
      () => startAdmin({ port: adminPort, host, metrics: createMetrics('analytics'), ready }),
    ],
    log,
  );
  log.info({ port }, 'the analytics subgraph listens');
  return stop;
}
