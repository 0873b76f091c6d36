/*
 * From a trade's frame to the client's: the whole product (Binance client, Redis, market subgraph,
 * router) against the same frames relayed by a bare `ws` server through the same Redis, in turns.
 * The exchange writes the time at which it sends a trade into the trade's price, so that every client
 * can tell how old a price is; a conflated tick counts from its newest frame.
 * Run: node bench/latency.ts [trades per second] [seconds per round] [rounds]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { WebSocket, WebSocketServer } from 'ws';
import type { BinanceExchange } from '../subgraphs/market/tests/binance-exchange.ts';
import { median, quantile, report } from './report.ts';
import { ROOT, startStack, withTemporaryFolder } from './stack.ts';

const RATE = Number(process.argv[2] ?? 2_000);
const ROUND_MS = 1_000 * Number(process.argv[3] ?? 5);
const ROUNDS = Number(process.argv[4] ?? 7);
const SUBSCRIBERS = 200;
const SYMBOL_COUNT = 50;
/** Pairs of rounds before the first that counts, in which both are compiled for their work. */
const WARM_UPS = 4;
const TARGET = 3;
/** No price waits for its turn: what is measured is the path. */
const TICK_HZ = 1_000;
const PORTS = { exchange: 46_301, bare: 46_302 };
const SYMBOLS = (
  JSON.parse(readFileSync(join(ROOT, 'subgraphs/market/universe.json'), 'utf8')) as {
    symbol: string;
    listed: boolean;
  }[]
)
  .filter(({ listed }) => listed)
  .slice(0, SYMBOL_COUNT)
  .map(({ symbol }) => symbol);
const streamOf = (symbol: string): string => `${symbol.toLowerCase()}usdt@aggTrade`;

/** A stream that only the bare relay asks for. */
const BARE = 'bare';

type Contestant = 'bare' | 'product';

/** Seconds of the machine's monotonic clock, which all processes share. */
const seconds = (): number => Number(process.hrtime.bigint()) / 1e9;
/** Small enough for a price with 6 decimals to be exact. */
const EPOCH = Number(process.env.BENCH_EPOCH ?? Math.floor(seconds()));

/** A process that does one part, told by messages. */
const parts: Record<string, () => Promise<(message: { to: Contestant | null }) => void>> = {
  exchange: async () => {
    const exchange = await openExchange();
    let to: Contestant | null = null;
    const sent = { bare: 0, product: 0 };
    let due = 0;
    let last = seconds();
    setInterval(() => {
      const now = seconds();
      due = to === null ? 0 : due + (now - last) * RATE;
      last = now;
      for (; due >= 1 && to !== null; due -= 1) sendTrade(exchange, to, sent[to]++);
    }, 1);
    return (message) => (to = message.to);
  },

  bareFeed: async () => {
    const redis = new Redis(process.env.BENCH_REDIS ?? '');
    const streams = [BARE, ...SYMBOLS.map(streamOf)].join('/');
    const feed = new WebSocket(`ws://127.0.0.1:${PORTS.exchange}/stream?streams=${streams}`);
    const prefix = '{"stream":"'.length;
    feed.on('message', (data: Buffer) => {
      const text = data.toString();
      void redis.publish(`bench:${text.slice(prefix, text.indexOf('"', prefix))}`, text);
    });
    await once(feed, 'open');
    return () => undefined;
  },

  bareServer: async () => {
    const server = new WebSocketServer({ port: PORTS.bare, host: '127.0.0.1' });
    const rooms = new Map<string, Set<WebSocket>>(SYMBOLS.map((s) => [streamOf(s), new Set()]));
    server.on('connection', (socket, { url = '' }) => rooms.get(url.slice(1))?.add(socket));
    const redis = new Redis(process.env.BENCH_REDIS ?? '');
    await redis.subscribe(...[...rooms.keys()].map((stream) => `bench:${stream}`));
    redis.on('message', (channel: string, text: string) => {
      for (const socket of rooms.get(channel.slice('bench:'.length)) ?? []) socket.send(text);
    });
    return () => undefined;
  },
};

/** The tests' exchange, whose sources name their imports without an extension. */
async function openExchange(): Promise<BinanceExchange> {
  registerHooks({
    resolve: (specifier, context, next) => {
      const isOwn = specifier.startsWith('.') && !/\.\w+$/.test(specifier);
      return next(isOwn ? `${specifier}.ts` : specifier, context);
    },
  });
  const { BinanceExchange: Exchange } =
    await import('../subgraphs/market/tests/binance-exchange.ts');
  const exchange = await Exchange.open({ port: PORTS.exchange });
  const listedAt = Date.now() - 600_000;
  for (const symbol of SYMBOLS) exchange.list(`${symbol}USDT`, '1', listedAt);
  return exchange;
}

function sendTrade(exchange: BinanceExchange, to: Contestant, index: number): void {
  const symbol = SYMBOLS[index % SYMBOLS.length] ?? '';
  const stream = streamOf(symbol);
  const only = exchange.openConnections.find(
    ({ streams }) => streams.has(stream) && streams.has(BARE) === (to === 'bare'),
  );
  if (only === undefined) return;
  const [a, T] = [Math.floor(index / SYMBOLS.length), Date.now()];
  const p = `${(seconds() - EPOCH).toFixed(6)}00`;
  const trade = { a, p, q: '1.00000000', f: a, l: a, T, m: false, M: true };
  exchange.send(stream, { e: 'aggTrade', E: T, s: `${symbol}USDT`, ...trade }, only);
}

async function runPart(name: string): Promise<void> {
  const handle = await parts[name]?.();
  process.on('message', (message) => handle?.(message as { to: Contestant | null }));
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

async function startPart(name: string, env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const child = fork(import.meta.filename, process.argv.slice(2), {
    env: { ...process.env, ...env, BENCH_PART: name, BENCH_EPOCH: String(EPOCH) },
    execArgv: ['--experimental-transform-types', '--no-warnings'],
  });
  await once(child, 'message');
  return child;
}

/** Ages of the prices that clients got since they were last taken, in ms. */
class Ages {
  private ages: number[] = [];
  readonly add = (data: Buffer, field: string): void => {
    const now = seconds() - EPOCH;
    const text = data.toString('latin1');
    const at = text.indexOf(field);
    if (at >= 0) this.ages.push(1_000 * (now - parseFloat(text.slice(at + field.length))));
  };

  take(): number[] {
    return this.ages.splice(0);
  }
}

async function subscribeBare(ages: Ages): Promise<void> {
  for (let index = 0; index < SUBSCRIBERS; index += 1) {
    const stream = streamOf(SYMBOLS[index % SYMBOLS.length] ?? '');
    const socket = new WebSocket(`ws://127.0.0.1:${PORTS.bare}/${stream}`);
    socket.on('message', (data: Buffer) => ages.add(data, '"p":"'));
    await once(socket, 'open');
  }
}

async function subscribeProduct(url: string, ages: Ages): Promise<void> {
  for (let index = 0; index < SUBSCRIBERS; index += 1) {
    const symbol = SYMBOLS[index % SYMBOLS.length];
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    const query = `subscription { priceTicked(symbols: ["${symbol}"]) { symbol price } }`;
    socket.on('message', (data: Buffer) => ages.add(data, '"price":"'));
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  }
}

interface Round {
  p50: number;
  p99: number;
  messages: number;
}

async function round(exchange: ChildProcess, to: Contestant, ages: Ages): Promise<Round> {
  exchange.send({ to });
  await sleep(500);
  ages.take();
  await sleep(ROUND_MS);
  const taken = ages.take();
  exchange.send({ to: null });
  await sleep(500);
  ages.take();
  return { p50: median(taken), p99: quantile(taken, 0.99), messages: taken.length };
}

async function main(): Promise<void> {
  const exchange = await startPart('exchange');
  exchange.send({ to: 'product' });
  await withTemporaryFolder(async (dataDir) => {
    const env = {
      MARKET_SOURCE: 'live',
      MARKET_SYMBOLS: SYMBOLS.join(','),
      BINANCE_STREAM_HOSTS: `ws://127.0.0.1:${PORTS.exchange}`,
      BINANCE_REST_HOSTS: `http://127.0.0.1:${PORTS.exchange}`,
      TICK_HZ: String(TICK_HZ),
    };
    const stack = await startStack({ dataDir, env }, /First live tick/);
    const helpers: ChildProcess[] = [];
    try {
      for (const name of ['bareFeed', 'bareServer']) {
        helpers.push(await startPart(name, { BENCH_REDIS: stack.redisUrl }));
      }
      await compare(exchange, stack.url);
    } finally {
      for (const helper of helpers) helper.disconnect();
      await stack.stop();
    }
  });
  process.exit(0);
}

async function compare(exchange: ChildProcess, url: string): Promise<void> {
  const ages = { bare: new Ages(), product: new Ages() };
  await subscribeBare(ages.bare);
  await subscribeProduct(url, ages.product);
  const rounds: Record<Contestant, Round[]> = { bare: [], product: [] };
  for (let index = -WARM_UPS; index < ROUNDS; index += 1) {
    for (const to of ['bare', 'product'] as const) {
      const result = await round(exchange, to, ages[to]);
      if (index >= 0) rounds[to].push(result);
    }
  }
  for (const name of ['bare', 'product'] as const) {
    const of = (figure: keyof Round): number => median(rounds[name].map((each) => each[figure]));
    const rate = Math.round((of('messages') / ROUND_MS) * 1_000).toLocaleString('en');
    console.log(
      `${name.padEnd(8)} p50 ${of('p50').toFixed(1)} ms, p99 ${of('p99').toFixed(1)} ms, ${rate} messages/s to ${SUBSCRIBERS} clients`,
    );
  }
  const pairs = rounds.product.map(
    ({ p99 }, i) => `${rounds.bare[i]?.p99.toFixed(0)} → ${p99.toFixed(0)}`,
  );
  console.log(`p99 of each pair of rounds, bare → product, in ms: ${pairs.join(', ')}`);
  const ratio = median(rounds.product.map(({ p99 }, i) => p99 / (rounds.bare[i]?.p99 ?? NaN)));
  report({
    what: `from frame to client at ${RATE} trades/s with ${SUBSCRIBERS} subscribers, p99`,
    target: `≤ ${TARGET} × a bare relay`,
    measured: `${ratio.toFixed(2)} × (median of ${ROUNDS} pairs of rounds)`,
    met: ratio <= TARGET,
  });
}

const part = process.env.BENCH_PART;
await (part ? runPart(part) : main());
