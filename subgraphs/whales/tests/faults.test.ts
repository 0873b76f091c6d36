import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import type { GraphClient } from '@spyhop/platform/testkit/graph-client';
import { KillableProcess } from '@spyhop/platform/testkit/killable-process';
import { freePort } from '@spyhop/platform/testkit/ports';
import { whaleTransactionSeen } from '@spyhop/platform/topics';
import { migrate } from '@spyhop/prisma/migrate';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { generatedBurst, recordedBurst } from './burst';
import { KillableServices, serveOn } from './killable-services';
import { until } from './rig';
import { type WhaleAlertArchive, startArchive } from './whale-alert-archive';

const FEED = join(__dirname, '../feeds/main.ts');
const PREFIX = 'own:';
/** What is recorded where this machine has it. */
const BURST = recordedBurst() ?? generatedBurst(947);
const COUNT = BURST.length;
const PATIENCE_MS = 120_000;
/** For several waits, each for a process that starts. */
const TEST_MS = 5 * PATIENCE_MS;

let services: KillableServices;
let archive: WhaleAlertArchive;
let graph: GraphClient;
let viewers: Viewer[];
let feed: KillableProcess;
const stops: Stop[] = [];

beforeAll(async () => {
  services = await KillableServices.start();
  stops.push(() => services.stop());
  await migrate(services.databaseUrl);
  archive = await startArchive(BURST, Date.now());
  stops.push(() => archive.close());
  const served = await serveOn(services, PREFIX);
  stops.push(served.stop);
  ({ graph } = served);
  await startFeed();
  stops.push(() => feed.kill());
}, TEST_MS);
afterAll(() => stopAll(stops), TEST_MS);

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

interface Told {
  id: string;
  cursor: string;
}

interface Filter {
  assets?: string[];
  chains?: string[];
}
const FILTERS: readonly Filter[] = [{}, { assets: ['ETH'] }, { chains: ['bitcoin'] }];

/** Somebody who follows along, and goes on behind the last one seen where the stream ends. */
class Viewer {
  /** What was told, and at which place; what is told anew has another place. */
  readonly seen: Told[] = [];
  private isLeaving = false;
  private readonly running: Promise<void>;

  constructor(
    private after: string,
    private readonly filter: Filter,
  ) {
    this.running = this.follow();
  }

  get ids(): Set<string> {
    return new Set(this.seen.map(({ id }) => id));
  }

  private async follow(): Promise<void> {
    while (!this.isLeaving) {
      const stream = graph.subscribe<{ whaleMoved: Told }>(
        `subscription ($after: ID!, $filter: WhaleTransactionFilter) {
          whaleMoved(after: $after, filter: $filter) { id cursor }
        }`,
        { after: this.after, filter: { raw: true, ...this.filter } },
      );
      try {
        for (;;) {
          const { whaleMoved } = await stream.next();
          this.after = whaleMoved.cursor;
          this.seen.push(whaleMoved);
        }
      } catch {
        await sleep(100);
      }
    }
  }

  leave(): Promise<void> {
    this.isLeaving = true;
    return this.running;
  }
}

interface Listed {
  whaleTransactions: {
    edges: { node: { id: string; fold: object | null } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

type Stored = Listed['whaleTransactions']['edges'][number]['node'];

/** What the list has, page by page. */
async function stored(): Promise<Stored[]> {
  const all: Stored[] = [];
  for (let after: string | null = null; ;) {
    const data: Listed = await graph.data<Listed>(
      `query ($after: String) { whaleTransactions(first: 200, after: $after, filter: { raw: true }) {
        edges { node { id fold { reason } } } pageInfo { hasNextPage endCursor }
      } }`,
      { after },
    );
    const page = data.whaleTransactions;
    all.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) return all;
    after = page.pageInfo.endCursor;
  }
}

const idOf = ({ blockchain, hash }: { blockchain: string; hash: string }): string =>
  `${blockchain}:${hash}`;

const viewersHave = (count: number): Promise<void> =>
  until(async () => (viewers[0]?.ids.size ?? 0) >= count, PATIENCE_MS);

/** Transactions that were ever put into the durable stream. */
async function handedOver(): Promise<number> {
  const redis = new Redis(services.redisUrl);
  const events = await redis.xrange(`${PREFIX}stream:${whaleTransactionSeen.name}`, '-', '+');
  redis.disconnect();
  return new Set(events.map(([, fields]) => /"hash":"\w+"/.exec(fields.join())?.[0])).size;
}

/**
 * What is killed while nothing can be stored is killed with some of the burst handed over and not stored, however
 * fast or slow the machine is.
 */
async function inTheMiddle(released: number, kill: () => Promise<void>): Promise<void> {
  const before = (await stored()).length;
  const other = new Client(services.databaseUrl);
  // PostgreSQL itself may be what is killed.
  other.on('error', () => undefined);
  await other.connect();
  await other.query('BEGIN');
  await other.query('SELECT * FROM whales.journal FOR UPDATE');
  archive.released = released;
  await until(async () => (await handedOver()) > before, PATIENCE_MS);
  const { rows } = await other.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM whales.transaction',
  );
  expect(rows[0]?.count).toBe(before);
  await kill();
  await other.end().catch(() => undefined);
}

describe('a burst of transactions', () => {
  it(
    'begins',
    async () => {
      archive.released = 1;
      await until(async () => (await stored()).length === 1, PATIENCE_MS);
      const { whaleTransaction } = await graph.data<{ whaleTransaction: Told }>(
        'query ($id: ID!) { whaleTransaction(id: $id) { id cursor } }',
        { id: idOf(BURST[0]!) },
      );
      viewers = FILTERS.map((filter) => new Viewer(whaleTransaction.cursor, filter));
    },
    TEST_MS,
  );

  it(
    'goes on behind a feed that is killed in the middle of it',
    async () => {
      archive.released = 100;
      await until(async () => (await stored()).length === 100, PATIENCE_MS);
      await inTheMiddle(400, () => feed.kill());
      await startFeed();
      await viewersHave(350);
    },
    TEST_MS,
  );

  it(
    'goes on once PostgreSQL is there again, which is killed in the middle of it',
    async () => {
      await until(async () => (await stored()).length === 400, PATIENCE_MS);
      await inTheMiddle(650, () => services.killPostgres());
      const before = await handedOver();
      archive.released = 700;
      // What comes meanwhile waits in the durable stream.
      await until(async () => (await handedOver()) > before, PATIENCE_MS);
      await services.restartPostgres();
      await viewersHave(600);
    },
    TEST_MS,
  );

  it(
    'goes on once Redis is there again, which is killed in the middle of it',
    async () => {
      await until(async () => (await stored()).length === 700, PATIENCE_MS);
      await inTheMiddle(COUNT, () => services.killRedis());
      await services.restartRedis();
      await viewersHave(COUNT - 1);
    },
    TEST_MS,
  );

  it(
    'is stored whole, each transaction once',
    async () => {
      const all = await stored();
      expect(all).toHaveLength(COUNT);
      expect(all.map(({ id }) => id).sort()).toEqual(BURST.map(idOf).sort());
    },
    TEST_MS,
  );

  it(
    'is told of whole to everybody, by filter, and of nothing twice that has not changed',
    async () => {
      const folded = new Set((await stored()).flatMap(({ id, fold }) => (fold ? [id] : [])));
      const [, ...rest] = BURST;
      const wanted = [
        rest,
        rest.filter(({ symbol }) => symbol === 'eth'),
        rest.filter(({ blockchain }) => blockchain === 'bitcoin'),
      ];
      await until(
        async () => viewers.every(({ ids }, at) => ids.size >= (wanted[at]?.length ?? 0)),
        PATIENCE_MS,
      );
      const leaving = viewers.map((viewer) => viewer.leave());
      await graph.close();
      await Promise.all(leaving);
      for (const [at, { ids, seen }] of viewers.entries()) {
        // The first one may be told again, where others were folded with it.
        expect([...ids].filter((id) => id !== idOf(BURST[0]!)).sort()).toEqual(
          wanted[at]?.map(idOf).sort(),
        );
        expect(new Set(seen.map(({ cursor }) => cursor)).size).toBe(seen.length);
        const again = seen.filter(
          ({ id }, place) => seen.findIndex((each) => each.id === id) < place,
        );
        expect(again.filter(({ id }) => !folded.has(id))).toEqual([]);
      }
    },
    TEST_MS,
  );
});
