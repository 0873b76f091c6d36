import { DurableEvents } from '@spyhop/platform/durable-events';
import { createLog } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { testDatabase } from '@spyhop/platform/testkit/database';
import { GraphClient } from '@spyhop/platform/testkit/graph-client';
import { freePort } from '@spyhop/platform/testkit/ports';
import { testRedis } from '@spyhop/platform/testkit/redis';
import { PATIENCE_MS } from '@spyhop/platform/testkit/until';
import {
  type WhaleLeg,
  type WhaleTransactionSeen,
  whaleTransactionSeen,
} from '@spyhop/platform/topics';
import { type PrismaClient, createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { start as startFeeds } from '../feeds/main';
import { start } from '../main';

export const silent = createLog({ name: 'test', level: 'silent' });

/** The subgraph on services of its own. */
export interface WhalesRig {
  graph: GraphClient;
  port: number;
  events: DurableEvents;
  prisma: PrismaClient;
  space: RedisSpace;
  databaseUrl: string;
  redisEnv: Record<string, string>;
  /** Hands over what a feed has seen, and waits until it is stored. */
  see(...seen: readonly WhaleTransactionSeen[]): Promise<void>;
  /** Starts one more process of it; all are ended by `stop`. */
  replica(port?: number): Promise<Replica>;
  /** Starts a process that follows sources; who starts it ends it. */
  feed(env: Record<string, string>): Promise<Stop>;
  /** What is said of a source; undefined where nothing is. */
  sourceOf(name: string): Promise<SourceShown | undefined>;
  stop: Stop;
}

export interface SourceShown {
  name: string;
  isConnected: boolean;
  message: string;
  state: string;
  /** ISO 8601; null before the first. */
  newestAt: string | null;
}

export interface Replica {
  graph: GraphClient;
  port: number;
  stop: Stop;
}

export async function startWhales(env: Record<string, string> = {}): Promise<WhalesRig> {
  const database = await testDatabase(migrate);
  const redis = testRedis();
  const prisma = createPrisma(database.url);
  const redisEnv = { REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix };
  const running = new Set<Stop>();
  const replica = async (given?: number): Promise<Replica> => {
    const port = given ?? (await freePort());
    const stopMain = await start({
      ...redisEnv,
      WHALES_PORT: String(port),
      WHALES_ADMIN_PORT: String(await freePort()),
      DATABASE_URL: database.url,
      // What tests tell of has moved long ago.
      WHALE_KEEP_DAYS: '0',
      LOG_LEVEL: 'silent',
      ...env,
    });
    const graph = new GraphClient(port);
    const stop = async (): Promise<void> => {
      if (!running.delete(stop)) return;
      await graph.close();
      await stopMain();
    };
    running.add(stop);
    return { graph, port, stop };
  };
  const { graph, port } = await replica();
  const events = new DurableEvents(redis.space, silent);
  return {
    ...{ graph, port, events, prisma, redisEnv, replica },
    space: redis.space,
    databaseUrl: database.url,
    see: async (...seen) => {
      for (const each of seen) await events.append(whaleTransactionSeen, each);
      await until(async () => (await unfinished(redis.space)) === 0);
    },
    feed: async (given) =>
      startFeeds({
        ...{ ...redisEnv, WHALES_FEEDS_ADMIN_PORT: String(await freePort()) },
        ...{ LOG_LEVEL: 'silent', ...given },
      }),
    sourceOf: async (wanted) => {
      const { whaleFeedStatus } = await graph.data<{
        whaleFeedStatus: { sources: SourceShown[] } | null;
      }>('{ whaleFeedStatus { sources { name isConnected message state newestAt } } }');
      return whaleFeedStatus?.sources.find(({ name }) => name === wanted);
    },
    stop: () =>
      stopAll([
        () => database.drop(),
        () => prisma.$disconnect(),
        () => redis.close(),
        async () => void (await Promise.all([...running].map((stop) => stop()))),
      ]),
  };
}

/** Events that were not handed out or not acknowledged yet. */
async function unfinished(space: RedisSpace): Promise<number> {
  const [group] = (await space.client.xinfo(
    'GROUPS',
    `${space.prefix}stream:${whaleTransactionSeen.name}`,
  )) as unknown[][];
  const fields = new Map<unknown, unknown>();
  for (let at = 0; at < (group?.length ?? 0); at += 2) fields.set(group?.[at], group?.[at + 1]);
  return Number(fields.get('pending')) + Number(fields.get('lag') ?? 1);
}

/** Asks again until it is so; fails after so long, in ms. */
export async function until(isSo: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  for (const deadline = Date.now() + patienceMs; ;) {
    if (await isSo()) return;
    if (Date.now() > deadline) throw new Error('it has not come to that');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** 2024-08-09 00:00 UTC. */
export const NOON = Date.UTC(2024, 7, 9, 12);
const LIVE = { kind: 'LIVE', begun: 1 } as const;

/** One bitcoin, worth 60,000 USD, from nobody knows whom to Binance, unless it says otherwise. */
export const leg = (changes: Partial<WhaleLeg> = {}): WhaleLeg => ({
  ...{ symbol: 'BTC', kind: 'TRANSFER', baseUnits: '100000000', decimals: 8 },
  ...{ usd: '60000', usdBasis: 'CANDLES' },
  from: [{ address: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', owner: null, ownerKind: 'UNKNOWN' }],
  to: [{ address: '34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo', owner: 'binance', ownerKind: 'EXCHANGE' }],
  ...changes,
});

let count = 0;

/** A transaction of its own, a minute after the one before, unless it says otherwise. */
export function seen(changes: Partial<WhaleTransactionSeen> = {}): WhaleTransactionSeen {
  count += 1;
  return {
    ...{ dataset: LIVE, chain: 'bitcoin', hash: String(count).padStart(64, '0') },
    ...{ time: NOON + count * 60_000, source: 'whale-alert', legs: [leg()] },
    ...changes,
  };
}

export const idOf = ({ chain, hash }: WhaleTransactionSeen): string => `${chain}:${hash}`;
