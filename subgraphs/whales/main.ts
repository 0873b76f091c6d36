import { systemClock } from '@spyhop/platform/clock';
import { DurableEvents } from '@spyhop/platform/durable-events';
import type { Identity } from '@spyhop/platform/identity';
import type { Revocation } from '@spyhop/platform/identity-revocation';
import { holdLease } from '@spyhop/platform/lease';
import { LiveEvents } from '@spyhop/platform/live-events';
import { createLog } from '@spyhop/platform/log';
import { createMetrics, startAdmin } from '@spyhop/platform/metrics';
import { connectRedis } from '@spyhop/platform/redis';
import { RevocationListener } from '@spyhop/platform/revocation-listener';
import { Revoked } from '@spyhop/platform/revoked';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { readIdentityWithKeysAt } from '@spyhop/platform/signed-identity';
import { startSubgraph } from '@spyhop/platform/subgraph-server';
import { PipelinedDatabase } from '@spyhop/prisma/pipelined';
import { createOwnersPrisma } from '@spyhop/prisma/row-owner';
import { readWhalesConfig } from './config';
import { type WhalesServices, createContext } from './graphql/context';
import { buildWhalesSchema } from './graphql/schema';
import { findPatterns } from './jobs/find-patterns';
import { followPrices } from './jobs/follow-prices';
import { forgetAccounts } from './jobs/forget-accounts';
import { forgetOld } from './jobs/forget-old';
import { relabel } from './jobs/relabel';
import { storePrints } from './jobs/store-prints';
import { storeTransactions } from './jobs/store-transactions';
import { valueLater } from './jobs/value-later';
import { PriceBoard } from './rules/prices';
import { ActivityStore } from './store/activity';
import { FeedBoard } from './store/feed-board';
import { FlowStore } from './store/flows';
import { Folds } from './store/folds';
import { FollowedWalletStore } from './store/followed-wallets';
import { Journal } from './store/journal';
import { LabelStore } from './store/labels';
import { PatternRework } from './store/pattern-rework';
import { PatternSearch } from './store/pattern-search';
import { PatternStore } from './store/patterns';
import { Moves } from './store/moves';
import { OwnLabelStore } from './store/own-labels';
import { printed } from './store/printed';
import { PrintStore } from './store/prints';
import { RecordedFlowStore } from './store/recorded-flows';
import { Relabelling } from './store/relabelling';
import { Retention } from './store/retention';
import { StoredTail } from './store/stored-tail';
import { TransactionStore } from './store/transactions';
import { UnvaluedStore } from './store/unvalued';
import { WalletStore } from './store/wallets';

const LEASE_TTL_MS = 5_000;

/** Serves the whales subgraph, and stores what its feeds have seen. */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const { port, adminPort, host, databaseUrl, consumer, chains, keepMs, ...config } =
    readWhalesConfig(env);
  const log = createLog({ name: 'whales', ...config.log });
  const { schema } = await buildWhalesSchema();
  const redis = connectRedis({ ...config.redis, log });
  const live = new LiveEvents(redis, log);
  const prisma = createOwnersPrisma(databaseUrl, config.systemDatabaseUrl);
  const events = new DurableEvents(redis, log);
  const storing = new PipelinedDatabase(databaseUrl);
  const journal = new Journal(storing, new Folds());
  const labels = new LabelStore(prisma, systemClock);
  const ownLabels = new OwnLabelStore(prisma);
  const followed = new FollowedWalletStore(prisma);
  const transactions = new TransactionStore(prisma);
  const prints = new PrintStore(prisma);
  const prices = new PriceBoard();
  const unvalued = new UnvaluedStore(prisma);
  const tail = new StoredTail(transactions, log);
  const services: WhalesServices = {
    clock: systemClock,
    ...{ chains, transactions },
    moves: new Moves(tail, transactions, log),
    activity: new ActivityStore(prisma),
    flows: new FlowStore(prisma),
    recordedFlows: new RecordedFlowStore(prisma),
    wallets: new WalletStore(prisma),
    patterns: new PatternStore(prisma),
    ...{ labels, ownLabels, followed },
    feed: new FeedBoard(redis),
    prints,
    printed: (filter) => printed(live, filter),
  };
  const identity = readIdentityWithKeysAt(config.identityKeysUrl, { subgraph: 'whales', log });
  const revoked = new Revoked(systemClock);
  // The router refuses them too; one that has not heard yet is not believed.
  const context = (who: Identity | null) =>
    createContext(services, who && !revoked.has(who) ? who : null);
  const ready = async (): Promise<Record<string, boolean>> => ({
    redis: redis.client.status === 'ready',
  });
  const forgetting = async (keepMs: number): Promise<Stop> =>
    holdLease({
      ...{ redis, name: 'whale-retention', ttlMs: LEASE_TTL_MS, log },
      lead: (_fence, signal) =>
        forgetOld({ retention: new Retention(storing), clock: systemClock, keepMs, log }, signal),
    });
  const stop = await startAll(
    [
      async () => () => prisma.$disconnect(),
      async () => () => storing.close(),
      async () => () => redis.close(),
      async () => () => live.close(),
      async () => {
        const all = (each: readonly Revocation[]): void => each.forEach((one) => revoked.add(one));
        const listener = new RevocationListener(redis, all, { clock: systemClock, log });
        return async () => listener.close();
      },
      () => tail.start(live),
      () =>
        findPatterns({
          search: new PatternSearch(prisma, systemClock),
          rework: new PatternRework(prisma),
          ...{ tail, log },
        }),
      () => storeTransactions({ events, live, journal, labels, tail, consumer, log }),
      () => followPrices(events, prices, log),
      async () =>
        holdLease({
          ...{ redis, name: 'whale-values', ttlMs: LEASE_TTL_MS, log },
          lead: (_fence, signal) =>
            valueLater({ prices, unvalued, journal, clock: systemClock, log }, signal),
        }),
      async () =>
        holdLease({
          ...{ redis, name: 'whale-labels', ttlMs: LEASE_TTL_MS, log },
          lead: (_fence, signal) => relabel({ relabelling: new Relabelling(storing), log }, signal),
        }),
      ...(keepMs === null ? [] : [() => forgetting(keepMs)]),
      () => forgetAccounts({ events, stores: [ownLabels, followed], consumer, log }),
      () => storePrints({ events, live, prints, consumer, log }),
      () => startSubgraph({ port, host, schema, context, identity, log }),
      () => startAdmin({ port: adminPort, host, metrics: createMetrics('whales'), ready }),
    ],
    log,
  );
  log.info({ port }, 'the whales subgraph listens');
  return stop;
}
