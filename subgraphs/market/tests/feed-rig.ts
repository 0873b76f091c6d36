import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedServer } from '@spyhop/platform/embedded/guarded';
import { findRedisProgram, startRedis } from '@spyhop/platform/embedded/redis';
import { createLog } from '@spyhop/platform/log';
import { type RedisSpace, connectRedis } from '@spyhop/platform/redis';
import type { Stop } from '@spyhop/platform/shutdown';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import { freePort } from '@spyhop/platform/testkit/ports';
import { requiredUrl } from '@spyhop/platform/testkit/redis';
import { PATIENCE_MS } from '@spyhop/platform/testkit/until';
import { migrate } from '@spyhop/prisma/migrate';
import { Pool } from 'pg';
import { start } from '../feeds/main';
import { type LastPrice, LiveMarket } from '../store/live-market';
import { FeedProcess } from './feed-process';
import { type NaiveMinute, plain } from './naive-minutes';
import { TcpProxy } from './tcp-proxy';

const MINUTE_MS = 60_000;
/** As whom the rig itself asks PostgreSQL. */
const OBSERVER = 'test';

/** Runs feed processes on a database and a keyspace of their own, and looks at what they write. */
export class FeedRig {
  readonly market: LiveMarket;
  private readonly stops: Stop[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly pool: Pool,
    private readonly redisUrl: string,
    readonly redis: RedisSpace,
    private readonly folder: string,
  ) {
    this.market = new LiveMarket(redis);
  }

  static async open(redisUrl: string = requiredUrl('TEST_REDIS_URL')): Promise<FeedRig> {
    const database = await testDatabase(migrate);
    const folder = await mkdtemp(join(tmpdir(), 'spyhop-feed-'));
    const prefix = `${database.url.split('/').at(-1) ?? ''}:`;
    const redis = connectRedis({ url: redisUrl, prefix, log: silent });
    const pool = new Pool({ connectionString: database.url, application_name: OBSERVER });
    // Its last connections may still be closing when the database is dropped.
    pool.on('connect', (client) => client.on('error', () => undefined));
    return new FeedRig(database, pool, redisUrl, redis, folder);
  }

  /** Starts a feed process; the stop is also called at the end. */
  async feed(env: Record<string, string>): Promise<Stop> {
    const stop = await start({ ...this.env, ...env });
    let stopping: Promise<void> | null = null;
    const once = (): Promise<void> => (stopping ??= stop());
    this.stops.push(once);
    return once;
  }

  /** Starts one in a process of its own, which is killed at the end. */
  feedProcess(env: Record<string, string>): FeedProcess {
    const feed = new FeedProcess({ ...this.env, ...env });
    this.stops.push(() => feed.kill());
    return feed;
  }

  private get env(): Record<string, string> {
    return {
      DATABASE_URL: this.database.url,
      REDIS_URL: this.redisUrl,
      REDIS_PREFIX: this.redis.prefix,
      MARKET_FEEDS_ADMIN_PORT: '0',
      LOG_LEVEL: 'silent',
      COINGECKO: 'off',
    };
  }

  /** Writes frames as a recorder would; resolves to the file. */
  async recording(lines: readonly string[]): Promise<string> {
    const file = join(this.folder, 'frames.txt');
    await writeFile(file, lines.map((line) => `${line}\n`).join(''));
    return file;
  }

  /** Waits for what a reader of the market would see; fails with what that was when patience ends. */
  async until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (;;) {
      const seen = await look().catch(() => null);
      if (seen) return seen;
      if (Date.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
      await sleep(10);
    }
  }

  /** Another way to the same database, which can be cut. */
  async severablePostgres(): Promise<{ url: string; proxy: TcpProxy }> {
    const url = new URL(this.database.url);
    const proxy = new TcpProxy({ host: url.hostname, port: Number(url.port) });
    this.stops.unshift(() => proxy.cut());
    url.port = String(await proxy.open());
    return { url: url.href, proxy };
  }

  /** Waits until PostgreSQL has done what it was asked to over connections that are cut. */
  untilAlone(): Promise<boolean> {
    return this.until('nobody else is connected', async () => {
      const { rows } = await this.pool.query<{ others: number }>(
        `SELECT count(*)::int AS others FROM pg_stat_activity WHERE datname = current_database()
           AND backend_type = 'client backend' AND application_name <> $1`,
        [OBSERVER],
      );
      return rows[0]?.others === 0;
    });
  }

  untilEnded(): Promise<unknown> {
    return this.until(
      'the replay has ended',
      async () => (await this.market.readFeedStatus())?.state === 'ENDED',
    );
  }

  /** The newest price of BTC, once there is one that passes. */
  untilPriced(passes: (last: LastPrice) => boolean): Promise<LastPrice> {
    return this.until('a price has come', async () => {
      const last = (await this.market.readQuotes(['BTC']))[0]?.last;
      return last && passes(last) && last;
    });
  }

  async storedMinutes(): Promise<NaiveMinute[]> {
    const { rows } = await this.pool.query<NaiveMinute & { at: Date; quote: string }>(
      `SELECT symbol, open_time AS at, open::text, high::text, low::text, close::text,
         volume::text, quote_volume::text AS quote, trades
       FROM market.candle WHERE interval = '1m' ORDER BY symbol, open_time`,
    );
    return rows.map(({ symbol, at, open, high, low, close, volume, quote, trades }) => ({
      symbol,
      openTime: at.getTime(),
      open: plain(open),
      high: plain(high),
      low: plain(low),
      close: plain(close),
      volume: plain(volume),
      quoteVolume: plain(quote),
      trades,
    }));
  }

  async close(): Promise<void> {
    for (const stop of this.stops.reverse()) await stop();
    await this.redis.close();
    await this.pool.end();
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Recorded frames of BTC and ETH: `perMinute` trades each, for some minutes. */
export function madeUpFrames(minutes: number, perMinute: number): string[] {
  const start = Date.UTC(2024, 7, 9);
  const gap = MINUTE_MS / perMinute;
  return Array.from({ length: minutes * perMinute }, (_, at) => {
    const time = start + at * gap;
    const price = (60_000 + ((at * 7919) % 1000) / 10).toFixed(8);
    const quantity = (1 + ((at * 104_729) % 999) / 1000).toFixed(8);
    return ['BTC', 'ETH'].map((symbol) => frame(symbol, { time, id: at + 1, price, quantity }));
  }).flat();
}

interface MadeUpTrade {
  time: number;
  id: number;
  price: string;
  quantity: string;
}

const frame = (symbol: string, { time, id, price, quantity }: MadeUpTrade): string =>
  `${time}000000 {"stream":"${symbol.toLowerCase()}usdt@trade","data":{"e":"trade","E":${time},"s":"${symbol}USDT","t":${id},"p":"${price}","q":"${quantity}","T":${time},"m":true,"M":true}}`;

const silent = createLog({ name: 'test', level: 'silent' });

/** A Redis that can be restarted without harm to other tests. It forgets everything. */
export class ForgetfulRedis {
  private server: EmbeddedServer | null = null;

  private constructor(
    private readonly dataDir: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<ForgetfulRedis> {
    const folder = await mkdtemp(join(tmpdir(), 'spyhop-redis-'));
    const redis = new ForgetfulRedis(folder, await freePort());
    await redis.up();
    return redis;
  }

  get url(): string {
    return `redis://:secret@127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    const program = findRedisProgram(process.env['PATH']) ?? 'redis-server';
    const { dataDir, port } = this;
    this.server = await startRedis({ program, dataDir, port, password: 'secret', durable: false });
  }

  async down(): Promise<void> {
    await this.server?.stop();
    this.server = null;
  }

  async remove(): Promise<void> {
    await this.down();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
