import { systemClock } from '@spyhop/platform/clock';
import { DurableEvents } from '@spyhop/platform/durable-events';
import { holdLease } from '@spyhop/platform/lease';
import { createLog } from '@spyhop/platform/log';
import { createMetrics, startAdmin } from '@spyhop/platform/metrics';
import { connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { z } from 'zod';
import { sightingCounter } from '../jobs/feed-metrics';
import { followPrices } from '../jobs/follow-prices';
import { runFeed } from '../jobs/run-feed';
import { runPrints } from '../jobs/run-prints';
import { PriceBoard } from '../rules/prices';
import { FeedBoard, type SourceReport } from '../store/feed-board';
import { FeedMemory } from '../store/feed-memory';
import { readWhaleFeedConfig } from './config';
import { KeptBlock } from './evm/chain-follower';
import { Watched } from './mempool-space/watch';
import { liveOutside } from './outside';
import { createSimulatedSource } from './simulated/simulated-source';
import { chosenReplay, livePrints, liveSources, simulatedPrints } from './sources';
import { Stamps } from './stamps';
import { Reached } from './whale-alert/catch-up';

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
  const simulated = createSimulatedSource({
    seed: config.seed,
    priceAt: prices.of('SIMULATED'),
    clock: systemClock,
    toldUntil: async () => {
      const report = await board.read();
      return report?.kind === 'SIMULATED' ? report.newestTime : null;
    },
  });
  const stamps = new Stamps(systemClock, new FeedMemory(redis, 'stamps', z.number()));
  const sourceParts = {
    stamp: () => stamps.next(),
    ...{ priceAt: prices.of('LIVE'), outside: liveOutside, log },
    watched: new FeedMemory(redis, 'bitcoin', Watched),
    reached: new FeedMemory(redis, 'whale-alert', Reached),
    blocksOf: (chain: string) => new FeedMemory(redis, `blocks:${chain}`, KeptBlock),
  };
  const replay = await chosenReplay(config, { ...sourceParts, priceAt: prices.of('REPLAY') });
  const reports = new Map<string, SourceReport>();
  const printParts = {
    ...{ events, reports, clock: systemClock, log },
    live: livePrints(config, sourceParts),
    instead:
      config.prints &&
      (replay?.prints ??
        simulatedPrints(config, { outside: liveOutside, priceAt: prices.of('SIMULATED') })),
  };
  const parts = {
    ...{ events, prices, board, log, minUsd: config.minUsd, clock: systemClock },
    sightings: sightingCounter(metrics),
    live: liveSources(config, sourceParts),
    prints: reports,
    instead: config.source === 'live' ? null : (replay?.source ?? simulated),
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
          lead: async (_fence, signal) => {
            await stamps.restore();
            const former = await board.read();
            await Promise.all([
              runFeed(parts, signal),
              runPrints({ ...printParts, former }, signal),
            ]);
          },
        }),
    ],
    log,
  );
}
