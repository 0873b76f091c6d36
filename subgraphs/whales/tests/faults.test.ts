import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { GraphClient } from '@spyhop/platform/testkit/graph-client';
import { KillableProcess } from '@spyhop/platform/testkit/killable-process';
import { freePort } from '@spyhop/platform/testkit/ports';
import { whaleTransactionSeen } from '@spyhop/platform/topics';
import { migrate } from '@spyhop/prisma/migrate';
import { Redis } from 'ioredis';
import { start } from '../main';
import { KillableServices } from './killable-services';
import { until } from './rig';
import { type WhaleAlertArchive, startArchive } from './whale-alert-archive';

const FEED = join(__dirname, '../feeds/main.ts');
const PREFIX = 'own:';
const COUNT = 1_000;
const PATIENCE_MS = 120_000;

let services: KillableServices;
let archive: WhaleAlertArchive;
let graph: GraphClient;
let viewer: Viewer;
let feed: KillableProcess;
const stops: Stop[] = [];

beforeAll(async () => {
  services = await KillableServices.start();
  stops.push(() => services.stop());
  await migrate(services.databaseUrl);
  archive = await startArchive(COUNT, Date.now());
  stops.push(() => archive.close());
  const port = await freePort();
  const adminPort = await freePort();
  stops.push(
    await start({
      ...{ DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl },
      ...{ REDIS_PREFIX: PREFIX, LOG_LEVEL: 'silent' },
      ...{ WHALES_PORT: String(port), WHALES_ADMIN_PORT: String(adminPort) },
    }),
  );
  graph = new GraphClient(port);
  stops.push(() => graph.close());
  await startFeed();
  stops.push(() => feed.kill());
}, PATIENCE_MS);
afterAll(() => stopAll(stops), PATIENCE_MS);

async function startFeed(): Promise<void> {
  feed = new KillableProcess(FEED, {
    ...{ REDIS_URL: services.redisUrl, REDIS_PREFIX: PREFIX },
    ...{ LOG_LEVEL: 'silent', MEMPOOL_SPACE: 'off', EXCHANGE_PRINTS: 'off' },
    ...{ WHALES_FEEDS_ADMIN_PORT: String(await freePort()), WHALE_SOURCE: 'live' },
    ...{ WHALE_ALERT_KEY: 'secret', WHALE_ALERT_API: 'v1', WHALE_ALERT_POLL_MS: '100' },
    WHALE_ALERT_CALLS_PER_MINUTE: '100000',
    WHALE_ALERT_REST_HOST: archive.host,
  });
}

/** Somebody who follows along, and goes on from the last one seen where the stream ends. */
class Viewer {
  readonly seen: string[] = [];
  private isLeaving = false;
  private readonly running: Promise<void>;

  constructor(private after: string) {
    this.running = this.follow();
  }

  private async follow(): Promise<void> {
    while (!this.isLeaving) {
      const stream = graph.subscribe<{ whaleMoved: { id: string } }>(
        'subscription ($after: ID!) { whaleMoved(after: $after) { id } }',
        { after: this.after },
      );
      try {
        for (;;) {
          const { whaleMoved } = await stream.next();
          this.after = whaleMoved.id;
          this.seen.push(whaleMoved.id);
        }
      } catch {
        await sleep(100);
      }
    }
  }

  async leave(): Promise<void> {
    this.isLeaving = true;
    await graph.close();
    await this.running;
  }
}

interface Listed {
  whaleTransactions: {
    edges: { node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

/** What the list has, page by page. */
async function stored(): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ;) {
    const data: Listed = await graph.data<Listed>(
      `query ($after: String) { whaleTransactions(first: 200, after: $after) {
        edges { node { id } } pageInfo { hasNextPage endCursor }
      } }`,
      { after },
    );
    const page = data.whaleTransactions;
    ids.push(...page.edges.map(({ node }) => node.id));
    if (!page.pageInfo.hasNextPage) return ids;
    after = page.pageInfo.endCursor;
  }
}

const idOf = (index: number): string => `bitcoin:${archive.rows[index]?.hash ?? ''}`;

const viewerHas = (count: number): Promise<void> =>
  until(async () => viewer.seen.length >= count, PATIENCE_MS);

/** Events that were ever put into the durable stream; the same one may be there twice. */
async function handedOver(): Promise<number> {
  const redis = new Redis(services.redisUrl);
  const count = await redis.xlen(`${PREFIX}stream:${whaleTransactionSeen.name}`);
  redis.disconnect();
  return count;
}

describe('a burst of transactions', () => {
  it(
    'begins',
    async () => {
      archive.released = 1;
      await until(async () => (await stored()).length === 1, PATIENCE_MS);
      viewer = new Viewer(idOf(0));
    },
    PATIENCE_MS,
  );

  it(
    'goes on behind a feed that is killed in the middle of it',
    async () => {
      archive.released = 300;
      await viewerHas(50);
      await feed.kill();
      archive.released = 500;
      await startFeed();
      await viewerHas(350);
    },
    PATIENCE_MS,
  );

  it(
    'goes on once PostgreSQL is there again, which is killed in the middle of it',
    async () => {
      const before = await handedOver();
      await services.killPostgres();
      archive.released = 700;
      // What comes meanwhile waits in the durable stream.
      await until(async () => (await handedOver()) > before, PATIENCE_MS);
      await services.restartPostgres();
      await viewerHas(600);
    },
    PATIENCE_MS,
  );

  it(
    'goes on once Redis is there again, which is killed in the middle of it',
    async () => {
      await services.killRedis();
      archive.released = COUNT;
      await services.restartRedis();
      await viewerHas(COUNT - 1);
    },
    PATIENCE_MS,
  );

  it(
    'is stored and told of whole, each transaction once',
    async () => {
      const all = Array.from({ length: COUNT }, (_, index) => idOf(index));
      const ids = await stored();
      expect(ids).toHaveLength(COUNT);
      expect([...ids].sort()).toEqual(all);
      await viewer.leave();
      expect(viewer.seen).toHaveLength(COUNT - 1);
      expect([...viewer.seen].sort()).toEqual(all.slice(1));
    },
    PATIENCE_MS,
  );
});
