import { systemClock } from '@spyhop/platform/clock';
import { DurableEvents } from '@spyhop/platform/durable-events';
import { holdLease } from '@spyhop/platform/lease';
import { createLog } from '@spyhop/platform/log';
import { createMetrics, startAdmin } from '@spyhop/platform/metrics';
import { connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { sightingCounter } from '../jobs/feed-metrics';
import { followPrices } from '../jobs/follow-prices';
import { runFeed } from '../jobs/run-feed';
import { PriceBoard } from '../rules/prices';
import { FeedBoard } from '../store/feed-board';
import { FeedMemory } from '../store/feed-memory';
import { readWhaleFeedConfig } from './config';
import { KeptBlock } from './evm/chain-follower';
import { Watched } from './mempool-space/watch';
import { createSimulatedSource } from './simulated/simulated-source';
import { liveSources } from './sources';

const LEASE_TTL_MS = 5_000;

/** Takes part in leading the feed of whales: who leads it hands over what sources see, others stand by. */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const config = readWhaleFeedConfig(env);
  const log = createLog({ name: 'whale-feeds', ...config.log });
  const metrics = createMetrics('whale-feeds');
  const redis = connectRedis({ ...config.redis, log });
  const events = new DurableEvents(redis, log);
  const board = new FeedBoard(redis);
  const prices = new PriceBoard();
  const priceAt = prices.at.bind(prices);
  const simulated = createSimulatedSource({
    seed: config.seed,
    priceAt,
    clock: systemClock,
    toldUntil: async () => {
      const report = await board.read();
      return report?.kind === 'SIMULATED' ? report.newestTime : null;
    },
  });
  const parts = {
    ...{ events, priceAt, board, log, minUsd: config.minUsd, clock: systemClock },
    sightings: sightingCounter(metrics),
    live: liveSources(config, {
      ...{ priceAt, clock: systemClock, log },
      watched: new FeedMemory(redis, 'bitcoin', Watched),
      blocksOf: (chain) => new FeedMemory(redis, `blocks:${chain}`, KeptBlock),
    }),
    simulated: config.source === 'live' ? null : simulated,
  };
  return startAll(
    [
      async () => () => redis.close(),
      () => followPrices(events, prices, log),
      () =>
        startAdmin({
          ...{ port: config.adminPort, host: config.host, metrics },
          ready: async () => ({ redis: redis.client.status === 'ready' }),
        }),
      async () =>
        holdLease({
          ...{ redis, name: 'whale-feed', ttlMs: LEASE_TTL_MS, log },
          lead: (_fence, signal) => runFeed(parts, signal),
        }),
    ],
    log,
  );
}
