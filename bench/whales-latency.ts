/*
 * From an alert's frame to the client's: the whole product (Whale Alert client, Redis stream, PostgreSQL, whales
 * subgraph, router) against two bare relays of the same frames through the same services, in turns: one that passes
 * them through Redis pub/sub, and one that promises what the product does, a Redis stream and a row in PostgreSQL
 * before anybody is told. The sender writes the time at which it sends an alert into its amount.
 * Run: node bench/whales-latency.ts [alerts per second] [seconds per round] [rounds]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { median, quantile, report } from './report.ts';
import { type RunningStack, startStack, withTemporaryFolder } from './stack.ts';

const RATE = Number(process.argv[2] ?? 50);
const ROUND_MS = 1_000 * Number(process.argv[3] ?? 2);
const ROUNDS = Number(process.argv[4] ?? 5);
const SUBSCRIBERS = 50;
const WARM_UPS = 2;
const TARGET = 3;
const PORTS = { alerts: 46_311, passing: 46_312, keeping: 46_313 };
/** An amount is so many dollars and the seconds since the run began. */
const BASE = 1_000_000_000;
const CONTESTANTS = ['passing', 'keeping', 'product'] as const;
type Contestant = (typeof CONTESTANTS)[number];

/** Seconds of the machine's monotonic clock, which all processes share. */
const seconds = (): number => Number(process.hrtime.bigint()) / 1e9;
const EPOCH = Number(process.env.BENCH_EPOCH ?? Math.floor(seconds()));

function alertOf(index: number): string {
  const hash = `0x${(EPOCH * 1_000_000 + index).toString(16).padStart(64, '0')}`;
  const amount = (BASE + seconds() - EPOCH).toFixed(6);
  return (
    `{"type":"alert","channel_id":"bench","timestamp":${Math.floor(Date.now() / 1_000)},` +
    `"blockchain":"ethereum","transaction_type":"transfer","from":"unknown wallet","to":"binance",` +
    `"amounts":[{"symbol":"USDT","amount":${amount},"value_usd":${amount}}],` +
    `"transaction":{"hash":"${hash}"}}`
  );
}

const relayed = 'bench:alerts';

/** What reads frames for a bare relay, and hands them on. */
async function relay(
  name: 'passing' | 'keeping',
  handOn: (redis: Redis, text: string) => void,
): Promise<void> {
  const redis = new Redis(process.env.BENCH_REDIS ?? '');
  const feed = new WebSocket(`ws://127.0.0.1:${PORTS.alerts}/ws?api_key=${name}`);
  feed.on('message', (data: Buffer) => handOn(redis, data.toString()));
  await once(feed, 'open');
}

/** What tells clients of a bare relay what comes over its channel. */
async function broadcast(name: 'passing' | 'keeping'): Promise<void> {
  const server = new WebSocketServer({ port: PORTS[name], host: '127.0.0.1' });
  const redis = new Redis(process.env.BENCH_REDIS ?? '');
  await redis.subscribe(`${relayed}:${name}`);
  redis.on('message', (_: string, text: string) => {
    for (const socket of server.clients) socket.send(text);
  });
}

async function keepAll(): Promise<void> {
  const [reading, writing] = [0, 1].map(() => new Redis(process.env.BENCH_REDIS ?? ''));
  const client = new Client({ connectionString: process.env.BENCH_DATABASE });
  await client.connect();
  await client.query('CREATE SCHEMA bench');
  await client.query('CREATE TABLE bench.alert (position bigserial PRIMARY KEY, body jsonb)');
  for (let last = '$'; reading && writing;) {
    const reply = await reading.xread('BLOCK', 1_000, 'STREAMS', relayed, last);
    for (const [id, [, text]] of reply?.[0]?.[1] ?? []) {
      last = id;
      await client.query('INSERT INTO bench.alert (body) VALUES ($1)', [text]);
      void writing.publish(`${relayed}:keeping`, text ?? '');
    }
  }
}

/** A process that does one part, told by messages. */
const parts: Record<string, () => Promise<(message: { to: Contestant | null }) => void>> = {
  alerts: async () => {
    const server = new WebSocketServer({ port: PORTS.alerts, host: '127.0.0.1' });
    const clients = new Map<string, WebSocket>();
    server.on('connection', (socket, { url = '' }) => {
      clients.set(url.slice(url.indexOf('=') + 1), socket);
      socket.on('message', () => socket.send('{"id":"bench","type":"subscribed_alerts"}'));
    });
    let to: Contestant | null = null;
    let sent = 0;
    setInterval(() => {
      if (to !== null) clients.get(to)?.send(alertOf((sent += 1)));
    }, 1_000 / RATE);
    return (message) => (to = message.to);
  },
  passing: async () => {
    await broadcast('passing');
    await relay('passing', (redis, text) => void redis.publish(`${relayed}:passing`, text));
    return () => undefined;
  },
  keeping: async () => {
    await broadcast('keeping');
    void keepAll();
    await relay('keeping', (redis, text) => void redis.xadd(relayed, '*', 'event', text));
    return () => undefined;
  },
};

async function startPart(name: string, env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const child = fork(import.meta.filename, process.argv.slice(2), {
    env: { ...process.env, ...env, BENCH_PART: name, BENCH_EPOCH: String(EPOCH) },
    execArgv: ['--no-warnings'],
  });
  await once(child, 'message');
  return child;
}

/** Ages of the alerts that clients got since they were last taken, in ms. */
class Ages {
  private ages: number[] = [];
  private readonly field: string;

  constructor(field: string) {
    this.field = field;
  }

  readonly add = (data: Buffer): void => {
    const now = seconds() - EPOCH;
    const text = data.toString('latin1');
    const at = text.indexOf(this.field);
    if (at < 0) return;
    this.ages.push(1_000 * (now - (parseFloat(text.slice(at + this.field.length)) - BASE)));
  };

  take(): number[] {
    return this.ages.splice(0);
  }
}

async function subscribe(contestant: Contestant, url: string, ages: Ages): Promise<void> {
  for (let index = 0; index < SUBSCRIBERS; index += 1) {
    const isProduct = contestant === 'product';
    const socket = isProduct
      ? new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws')
      : new WebSocket(`ws://127.0.0.1:${PORTS[contestant]}`);
    await once(socket, 'open');
    socket.on('message', ages.add);
    if (!isProduct) continue;
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    const query = 'subscription { whaleMoved { id legs { amount } } }';
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  }
}

interface Round {
  p50: number;
  p99: number;
}

async function round(alerts: ChildProcess, to: Contestant, ages: Ages): Promise<Round> {
  alerts.send({ to });
  await sleep(500);
  ages.take();
  await sleep(ROUND_MS);
  const taken = ages.take();
  alerts.send({ to: null });
  await sleep(300);
  if (taken.length < (RATE * SUBSCRIBERS * ROUND_MS) / 4_000) throw new Error(`${to} lost alerts`);
  return { p50: median(taken), p99: quantile(taken, 0.99) };
}

async function compare(alerts: ChildProcess, url: string): Promise<void> {
  const ages = {
    passing: new Ages('"amount":'),
    keeping: new Ages('"amount":'),
    product: new Ages('"amount":"'),
  };
  for (const each of CONTESTANTS) await subscribe(each, url, ages[each]);
  await sleep(1_000);
  const rounds: Record<Contestant, Round[]> = { passing: [], keeping: [], product: [] };
  for (let index = -WARM_UPS; index < ROUNDS; index += 1) {
    for (const to of CONTESTANTS) {
      const result = await round(alerts, to, ages[to]);
      if (index >= 0) rounds[to].push(result);
    }
  }
  for (const name of CONTESTANTS) {
    const of = (figure: keyof Round): string =>
      median(rounds[name].map((each) => each[figure])).toFixed(1);
    console.log(`${name.padEnd(8)} p50 ${of('p50')} ms, p99 ${of('p99')} ms`);
  }
  for (const [name, what] of [
    ['passing', 'that keeps nothing'],
    ['keeping', 'that keeps each in a stream and a row first'],
  ] as const) {
    const ratio = median(rounds.product.map(({ p99 }, i) => p99 / (rounds[name][i]?.p99 ?? NaN)));
    report({
      what: `from a whale's frame to the client's at ${RATE}/s with ${SUBSCRIBERS} subscribers, p99, against a bare relay ${what}`,
      target: `≤ ${TARGET} ×`,
      measured: `${ratio.toFixed(2)} × (median of ${ROUNDS} rounds)`,
      met: ratio <= TARGET,
    });
  }
}

const Secrets = z.object({ postgresAppPassword: z.string() });

/** As the owner of the database, who may make a table. */
function ownerUrl({ dataDir, databaseUrl }: RunningStack): string {
  const text = readFileSync(join(dataDir, 'secrets.json'), 'utf8');
  const url = new URL(databaseUrl);
  [url.username, url.password] = ['spyhop', Secrets.parse(JSON.parse(text)).postgresAppPassword];
  return url.href;
}

async function main(): Promise<void> {
  const alerts = await startPart('alerts');
  await withTemporaryFolder(async (dataDir) => {
    const env = {
      ...{ MARKET_SOURCE: 'live', LOG_LEVEL: 'fatal', MEMPOOL_SPACE: 'off', WHALE_SOURCE: 'live' },
      BINANCE_STREAM_HOSTS: 'ws://127.0.0.1:9',
      BINANCE_REST_HOSTS: 'http://127.0.0.1:9',
      ...{ WHALE_ALERT_KEY: 'product', WHALE_ALERT_API: 'websocket' },
      WHALE_ALERT_SOCKET_HOST: `ws://127.0.0.1:${PORTS.alerts}`,
    };
    const stack = await startStack({ dataDir, env }, /Spyhop is up/);
    const helpers: ChildProcess[] = [];
    try {
      const services = { BENCH_REDIS: stack.redisUrl, BENCH_DATABASE: ownerUrl(stack) };
      for (const name of ['passing', 'keeping']) helpers.push(await startPart(name, services));
      await compare(alerts, stack.url);
    } finally {
      for (const helper of helpers) helper.disconnect();
      await stack.stop();
    }
  });
  process.exit(0);
}

const part = process.env.BENCH_PART;
if (part) {
  const handle = await parts[part]?.();
  process.on('message', (message) => handle?.(message as { to: Contestant | null }));
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
} else await main();
