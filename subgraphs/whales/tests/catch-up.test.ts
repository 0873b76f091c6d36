import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import type { GraphClient } from '@spyhop/platform/testkit/graph-client';
import { KillableProcess } from '@spyhop/platform/testkit/killable-process';
import { freePort } from '@spyhop/platform/testkit/ports';
import { migrate } from '@spyhop/prisma/migrate';
import { Redis } from 'ioredis';
import { KillableServices, serveOn } from './killable-services';
import { type SourceShown, until } from './rig';
import {
  type WhaleAlertV2Server,
  dollarsToKraken,
  startWhaleAlertV2,
} from './whale-alert-v2-server';

const FEED = join(__dirname, '../feeds/main.ts');
const PREFIX = 'own:';
const PATIENCE_MS = 120_000;
/** For several waits, each for a process that starts. */
jest.setTimeout(5 * PATIENCE_MS);

let services: KillableServices;
let server: WhaleAlertV2Server;
let graph: GraphClient;
let redis: Redis;
let feed: KillableProcess;
let told: string[];
let hour: number;
const stops: Stop[] = [];

beforeAll(async () => {
  services = await KillableServices.start();
  stops.push(() => services.stop());
  await migrate(services.databaseUrl);
  server = await startWhaleAlertV2();
  stops.push(() => server.close());
  server.chains.set('bitcoin', []).set('tron', []);
  const served = await serveOn(services, PREFIX);
  stops.push(served.stop);
  ({ graph } = served);
  redis = new Redis(services.redisUrl);
  stops.push(async () => redis.disconnect());
  hour = Math.floor(Date.now() / 1_000) - 60;
  await startFeed();
  stops.push(() => feed.kill());
  happen('bitcoin', 1);
  await untilStored(1);
  told = [...happened];
  void follow(told[0] ?? '');
});
afterAll(() => stopAll(stops));

/** Whoever looks on all the time, from the first one on. */
async function follow(after: string): Promise<void> {
  const stream = graph.subscribe<{ whaleMoved: { id: string } }>(
    'subscription ($after: ID!) { whaleMoved(after: $after, filter: { raw: true }) { id } }',
    { after },
  );
  for (;;) {
    const next = await stream.next().catch(() => null);
    if (next === null) return;
    told.push(next.whaleMoved.id);
  }
}

async function startFeed(env: Record<string, string> = {}): Promise<void> {
  feed = new KillableProcess(FEED, {
    ...{ REDIS_URL: services.redisUrl, REDIS_PREFIX: PREFIX, LOG_LEVEL: 'silent' },
    ...{ MEMPOOL_SPACE: 'off', EXCHANGE_PRINTS: 'off', WHALE_SOURCE: 'live' },
    ...{ WHALES_FEEDS_ADMIN_PORT: String(await freePort()), WHALE_ALERT_KEY: 'secret' },
    ...{ WHALE_ALERT_SOCKET_HOST: server.socketHost, WHALE_ALERT_CHAINS: 'bitcoin', ...env },
  });
  await until(async () => server.listeners() === 1, PATIENCE_MS);
}

let height = 200;
const happened: string[] = [];
/** So many transactions of a chain, each in a block of its own, a second apart. */
function happen(chain: string, count: number): void {
  for (let each = 0; each < count; each += 1) {
    const mined = dollarsToKraken((height += 1), 0, hour + happened.length);
    happened.push(`${chain}:${String(mined['hash'])}`);
    server.happen(chain, mined);
  }
}

async function stored(): Promise<string[]> {
  const { whaleTransactions } = await graph.data<{
    whaleTransactions: { edges: { node: { id: string } }[] };
  }>(`{ whaleTransactions(first: 200, filter: { raw: true }) { edges { node { id } } } }`);
  return whaleTransactions.edges.map(({ node }) => node.id);
}

const untilStored = (count: number): Promise<void> =>
  until(async () => (await stored()).length === count, PATIENCE_MS);

async function messageOf(): Promise<SourceShown | undefined> {
  const { whaleFeedStatus } = await graph.data<{
    whaleFeedStatus: { sources: SourceShown[] } | null;
  }>('{ whaleFeedStatus { sources { name isConnected message state newestAt } } }');
  return whaleFeedStatus?.sources.find(({ name }) => name === 'whale-alert');
}

const untilSaid = (what: RegExp): Promise<void> =>
  until(async () => what.test((await messageOf())?.message ?? ''), PATIENCE_MS);

describe('what the socket of Whale Alert has told of', () => {
  it('is made up for where the feed is killed while it waits, and where nobody listened', async () => {
    happen('bitcoin', 1);
    // A chain that is not configured, and so is known by what the socket tells alone.
    happen('tron', 1);
    await untilStored(3);
    await untilSaid(/^All since .* was made up for, with \d+ calls of the plan's 1000 a minute/);
    // Nothing is kept from here on: what is told waits in memory, and goes with it.
    await redis.client('PAUSE', PATIENCE_MS, 'WRITE');
    happen('bitcoin', 15);
    happen('tron', 15);
    await server.heard();
    await feed.kill();
    await redis.client('UNPAUSE');
    await until(async () => server.listeners() === 0, PATIENCE_MS);
    happen('tron', 5);
    expect((await stored()).length).toBeLessThan(5);
    await startFeed();
    await untilStored(38);
  });

  it('is asked for from before the newest that was kept', () => {
    const asked = server.asked
      .map(({ pathname }) => /^\/bitcoin\/height_at_time\/(\d+)$/.exec(pathname)?.[1])
      .filter((time) => time !== undefined);
    const newestKept = hour + 4;
    expect(Number(asked.at(-1))).toBeLessThan(newestKept);
    // A quarter of an hour, and no more.
    expect(Number(asked.at(-1))).toBeGreaterThanOrEqual(hour - 900);
  });

  it('is made up for after a break of the connection', async () => {
    await untilSaid(/^All since /);
    server.drop();
    happen('bitcoin', 4);
    await untilStored(42);
  });

  it('is not lost where the feed is killed again before all is made up for', async () => {
    await feed.kill();
    await until(async () => server.listeners() === 0, PATIENCE_MS);
    happen('bitcoin', 6);
    server.quota = 0;
    await startFeed();
    await untilSaid(/quota of the key is used up/);
    expect(await messageOf()).toMatchObject({ isConnected: true });
    // One that comes meanwhile is newer than what is missing, and kept.
    happen('bitcoin', 1);
    await untilStored(43);
    await feed.kill();
    await until(async () => server.listeners() === 0, PATIENCE_MS);
    server.quota = Infinity;
    await startFeed();
    await untilStored(49);
  });

  it('is there once, and was told of once', async () => {
    expect((await stored()).sort()).toEqual([...happened].sort());
    await until(async () => told.length >= happened.length, PATIENCE_MS);
    expect([...told].sort()).toEqual([...happened].sort());
  });

  it('is said to be missing where the key may not ask for it', async () => {
    await feed.kill();
    await until(async () => server.listeners() === 0, PATIENCE_MS);
    await startFeed({ WHALE_ALERT_REST_KEY: 'of-another-plan' });
    await untilSaid(/cannot be made up for\. Refused: invalid api key$/);
    expect(await messageOf()).toMatchObject({ isConnected: true });
    expect((await messageOf())?.message).not.toContain('of-another-plan');
  });
});
