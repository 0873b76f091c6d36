import { systemClock } from '@spyhop/platform/clock';
import { DurableEvents } from '@spyhop/platform/durable-events';
import { LiveEvents } from '@spyhop/platform/live-events';
import { createLog } from '@spyhop/platform/log';
import { createMetrics, startAdmin } from '@spyhop/platform/metrics';
import { connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { readIdentityWithKeysAt } from '@spyhop/platform/signed-identity';
import { startSubgraph } from '@spyhop/platform/subgraph-server';
import { createPrisma } from '@spyhop/prisma/client';
import { readWhalesConfig } from './config';
import { type WhalesServices, createContext } from './graphql/context';
import { buildWhalesSchema } from './graphql/schema';
import { findPatterns } from './jobs/find-patterns';
import { storeTransactions } from './jobs/store-transactions';
import { ActivityStore } from './store/activity';
import { FeedBoard } from './store/feed-board';
import { FlowStore } from './store/flows';
import { Folds } from './store/folds';
import { Journal } from './store/journal';
import { PatternSearch } from './store/pattern-search';
import { PatternStore } from './store/patterns';
import { Moves } from './store/moves';
import { StoredTail } from './store/stored-tail';
import { TransactionStore } from './store/transactions';
import { WalletStore } from './store/wallets';

/** Serves the whales subgraph, and stores what its feeds have seen. */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const { port, adminPort, host, databaseUrl, consumer, ...config } = readWhalesConfig(env);
  const log = createLog({ name: 'whales', ...config.log });
  const { schema } = await buildWhalesSchema();
  const redis = connectRedis({ ...config.redis, log });
  const live = new LiveEvents(redis, log);
  const prisma = createPrisma(databaseUrl);
  const events = new DurableEvents(redis, log);
  const journal = new Journal(prisma, new Folds());
  const transactions = new TransactionStore(prisma);
  const tail = new StoredTail(transactions, log);
  const services: WhalesServices = {
    clock: systemClock,
    transactions,
    moves: new Moves(tail, transactions, log),
    activity: new ActivityStore(prisma),
    flows: new FlowStore(prisma),
    wallets: new WalletStore(prisma),
    patterns: new PatternStore(prisma),
    feed: new FeedBoard(redis),
  };
  const identity = readIdentityWithKeysAt(config.identityKeysUrl, { subgraph: 'whales', log });
  const context = () => createContext(services);
  const ready = async (): Promise<Record<string, boolean>> => ({
    redis: redis.client.status === 'ready',
  });
  const stop = await startAll(
    [
      async () => () => prisma.$disconnect(),
      async () => () => redis.close(),
      async () => () => live.close(),
      () => tail.start(live),
      () => findPatterns({ search: new PatternSearch(prisma), tail, log }),
      () => storeTransactions({ events, live, journal, consumer, log }),
      () => startSubgraph({ port, host, schema, context, identity, log }),
      () => startAdmin({ port: adminPort, host, metrics: createMetrics('whales'), ready }),
    ],
    log,
  );
  log.info({ port }, 'the whales subgraph listens');
  return stop;
}
