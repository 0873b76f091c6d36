/*
 * A subscription over two subgraphs to many WebSocket clients, against a bare `ws` broadcast of the same bytes.
 * Servers run in processes of their own; clients only count bytes, so that the servers' cost is what is measured.
 * Run: npm run bench -- fan-out, or node bench/fan-out.ts [clients] [seconds per round] [rounds]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createLog } from '@spyhop/platform/log';
import { startSubgraph } from '@spyhop/platform/subgraph-server';
import { start as startRouter } from '@spyhop/router/main';
import { parse } from 'graphql';
import { WebSocket, WebSocketServer } from 'ws';
import { median, report as tell } from './report.ts';

const CLIENTS = Number(process.argv[2] ?? 1_000);
const ROUND_MS = 1_000 * Number(process.argv[3] ?? 4);
const ROUNDS = Number(process.argv[4] ?? 5);
const PORTS = { ticks: 47_101, indicators: 47_102, feed: 47_103, bare: 47_104, router: 47_110 };
const ADMIN_PORT = 47_120;
const SYMBOLS = 50;
/** Events that may be under way at a time: one by one, and as a busy market sends them. */
const IN_FLIGHT = [1, 8];
const PONG_EVERY_MS = 5_000;
const EMPTY_PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const QUERY =
  'subscription Prices { priceTicked { symbol price change volume volatility trend { sign strength } } }';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])';
const ticksSdl = parse(`${LINK}
  type Query { symbols: [String!]! }
  type Asset @key(fields: "symbol") { symbol: ID! price: String! change: Float! volume: String! }
  type Subscription { priceTicked: Asset! }`);
const indicatorsSdl = parse(`${LINK}
  type Query { ready: Boolean! }
  type Trend { sign: Int! strength: Float! }
  type Asset @key(fields: "symbol") { symbol: ID! volatility: Float! trend: Trend! }`);

interface Tick {
  symbol: string;
  price: string;
  change: number;
  volume: string;
}

/** Every event is equally long, so that bytes tell how many arrived. */
const tickOf = (n: number): Tick => ({
  symbol: `C${10 + (n % SYMBOLS)}`,
  price: `${10_000 + (n % 90_000)}.25`,
  change: 1.25,
  volume: '123456789.12',
});
const INDICATORS = { volatility: 0.4375, trend: { sign: 1, strength: 0.625 } };

const messageFor = (id: string, tick: Tick): string => {
  const payload = { data: { priceTicked: { ...tick, ...INDICATORS } } };
  return JSON.stringify({ id, type: 'next', payload });
};

/** A process that does one part, told by messages. */
type Part = (onMessage: (handle: (message: never) => void) => void) => Promise<void>;

const parts: Record<string, Part> = {
  /** Both subgraphs, and the source of the bare broadcast: publishes what the clients' process orders. */
  subgraphs: async (onMessage) => {
    const log = createLog({ name: 'bench', level: 'error' });
    const listeners = new Set<(tick: Tick) => void>();
    const serve = (port: number, typeDefs: ReturnType<typeof parse>, resolvers: object) =>
      startSubgraph({
        port,
        log,
        context: () => ({}),
        schema: buildSubgraphSchema({ typeDefs, resolvers: resolvers as never }),
      });
    await serve(PORTS.ticks, ticksSdl, {
      Subscription: {
        priceTicked: { subscribe: () => listen(listeners), resolve: (tick: Tick) => tick },
      },
    });
    await serve(PORTS.indicators, indicatorsSdl, {
      Asset: { __resolveReference: (asset: object) => ({ ...asset, ...INDICATORS }) },
    });
    const feed = new WebSocketServer({ port: PORTS.feed, host: '127.0.0.1' });
    const id = randomUUID();
    onMessage(({ to, from, until }: { to: string; from: number; until: number }) => {
      for (let n = from; n < until; n += 1) {
        if (to === 'router') for (const listener of listeners) listener(tickOf(n));
        else for (const socket of feed.clients) socket.send(messageFor(id, tickOf(n)));
      }
    });
  },

  /** What nobody can beat: the bytes as they came, to everyone. */
  bare: async () => {
    const server = new WebSocketServer({ port: PORTS.bare, host: '127.0.0.1', path: '/graphql' });
    const feed = new WebSocket(`ws://127.0.0.1:${PORTS.feed}`);
    await once(feed, 'open');
    feed.on('message', (data: Buffer) => {
      for (const client of server.clients) client.send(data, { binary: false });
    });
  },

  router: async () => {
    await startRouter({
      ROUTER_SUPERGRAPH: process.env.BENCH_SUPERGRAPH,
      PORT: String(PORTS.router),
      ROUTER_ADMIN_PORT: String(ADMIN_PORT),
      LOG_LEVEL: 'error',
    });
  },
};

function listen(listeners: Set<(tick: Tick) => void>): AsyncIterableIterator<Tick> {
  const queue: Tick[] = [];
  let wake = (): void => undefined;
  const listener = (tick: Tick): void => {
    queue.push(tick);
    wake();
  };
  listeners.add(listener);
  return {
    next: async () => {
      while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return { done: false, value: queue.shift() as Tick };
    },
    return: async () => {
      listeners.delete(listener);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function runPart(name: string): Promise<void> {
  const handlers: ((message: never) => void)[] = [];
  await parts[name]?.((handle) => handlers.push(handle));
  process.on('message', (message) => {
    if (message === 'cpu') process.send?.(process.cpuUsage());
    else for (const handle of handlers) handle(message as never);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

async function startPart(name: string, env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const child = fork(import.meta.filename, [], {
    env: { ...process.env, ...env, BENCH_PART: name },
  });
  await once(child, 'message');
  return child;
}

/** Clients of one server; they count bytes only. */
class Crowd {
  private readonly sockets: Socket[] = [];
  private bytes = 0;
  private onBytes: () => void = () => undefined;

  async join(port: number, frameBytes: number, onEvents: (events: number) => void): Promise<void> {
    for (let index = 0; index < CLIENTS; index += 1) {
      const socket = await openSocket(port);
      socket.on('data', (chunk) => {
        this.bytes += chunk.length;
        this.onBytes();
      });
      this.sockets.push(socket);
    }
    setInterval(() => this.showLife(), PONG_EVERY_MS).unref();
    const eventBytes = CLIENTS * frameBytes;
    this.onBytes = () => onEvents(Math.floor(this.bytes / eventBytes));
  }

  subscribe(): void {
    for (const socket of this.sockets) {
      socket.write(masked({ type: 'connection_init' }));
      const payload = { query: QUERY };
      socket.write(masked({ id: randomUUID(), type: 'subscribe', payload }));
    }
  }

  /** Pings are not looked for in the bytes: unasked pongs answer them. */
  private showLife(): void {
    for (const socket of this.sockets) socket.write(EMPTY_PONG);
  }

  forgetBytes(): void {
    this.bytes = 0;
  }

  get received(): number {
    return this.bytes;
  }
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  );
  await once(socket, 'data');
  return socket;
}

/** A client's text frame; a mask of zeros leaves the bytes as they are. */
function masked(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const head =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0])
      : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, body]);
}

interface Contestant {
  name: 'bare' | 'router';
  server: ChildProcess;
  crowd: Crowd;
  /** Called with how many events all clients have by now. */
  onEvents: (events: number) => void;
}

interface Round {
  messagesPerSecond: number;
  cpuMicrosPerMessage: number;
}

/** Publishes as fast as the clients get the events. */
async function round(
  contestant: Contestant,
  subgraphs: ChildProcess,
  inFlight: number,
): Promise<Round> {
  const { server, crowd, name } = contestant;
  crowd.forgetBytes();
  const cpuBefore = await cpuMicros(server);
  const startedAt = performance.now();
  let ordered = inFlight;
  let seen = 0;
  subgraphs.send({ to: name, from: 0, until: ordered });
  await new Promise<void>((resolve) => {
    contestant.onEvents = (events) => {
      if (events <= seen) return;
      seen = events;
      if (performance.now() - startedAt < ROUND_MS) {
        const until = seen + inFlight;
        subgraphs.send({ to: name, from: ordered, until });
        ordered = until;
      } else if (seen >= ordered) {
        resolve();
      }
    };
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const messages = seen * CLIENTS;
  return {
    messagesPerSecond: messages / seconds,
    cpuMicrosPerMessage: ((await cpuMicros(server)) - cpuBefore) / messages,
  };
}

async function cpuMicros(server: ChildProcess): Promise<number> {
  server.send('cpu');
  const [{ user, system }] = (await once(server, 'message')) as [NodeJS.CpuUsage];
  return user + system;
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${ADMIN_PORT}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const settled = async (crowd: Crowd): Promise<void> => {
  for (let before = -1; before !== crowd.received;) {
    before = crowd.received;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
};

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fan-out-'));
  const supergraph = join(folder, 'supergraph.graphql');
  const url = (port: number): string => `http://127.0.0.1:${port}/graphql`;
  const { supergraphSdl = '' } = composeServices([
    { name: 'ticks', url: url(PORTS.ticks), typeDefs: ticksSdl },
    { name: 'indicators', url: url(PORTS.indicators), typeDefs: indicatorsSdl },
  ]);
  writeFileSync(supergraph, supergraphSdl);
  const subgraphs = await startPart('subgraphs');
  const contestants: Contestant[] = [];
  for (const name of ['bare', 'router'] as const) {
    const server = await startPart(name, { BENCH_SUPERGRAPH: supergraph });
    const contestant: Contestant = { name, server, crowd: new Crowd(), onEvents: () => undefined };
    const frameBytes = Buffer.byteLength(messageFor(randomUUID(), tickOf(0))) + 4;
    await contestant.crowd.join(PORTS[name], frameBytes, (n) => contestant.onEvents(n));
    if (name === 'router') contestant.crowd.subscribe();
    await settled(contestant.crowd);
    contestants.push(contestant);
  }
  console.log(`${CLIENTS} clients, medians of ${ROUNDS} interleaved rounds`);
  for (const inFlight of IN_FLIGHT) {
    console.log(`\n${inFlight} event(s) under way at a time`);
    await compare(contestants, subgraphs, inFlight);
  }
  for (const child of [subgraphs, ...contestants.map(({ server }) => server)]) child.disconnect();
  rmSync(folder, { recursive: true });
  process.exit(0);
}

async function compare(
  contestants: readonly Contestant[],
  subgraphs: ChildProcess,
  inFlight: number,
): Promise<void> {
  const results: Record<string, Round[]> = { bare: [], router: [] };
  const events = await metric('router_events_total');
  const calls = await metric('router_subgraph_fetches_total');
  for (let n = -1; n < ROUNDS; n += 1) {
    for (const contestant of contestants) {
      const result = await round(contestant, subgraphs, inFlight);
      await settled(contestant.crowd);
      if (n >= 0) results[contestant.name]?.push(result);
    }
  }
  const callsMade = (await metric('router_subgraph_fetches_total')) - calls;
  report(inFlight, results, callsMade / ((await metric('router_events_total')) - events));
}

function report(inFlight: number, results: Record<string, Round[]>, callsPerEvent: number): void {
  const of = (name: string, figure: keyof Round): number =>
    median((results[name] ?? []).map((result) => result[figure]));
  for (const name of ['bare', 'router']) {
    const rate = Math.round(of(name, 'messagesPerSecond')).toLocaleString('en');
    const cpu = of(name, 'cpuMicrosPerMessage').toFixed(2);
    console.log(`${name.padEnd(8)} ${rate.padStart(9)} messages/s  ${cpu} µs of CPU per message`);
  }
  const ratio = of('router', 'messagesPerSecond') / of('bare', 'messagesPerSecond');
  const cpu = of('bare', 'cpuMicrosPerMessage') / of('router', 'cpuMicrosPerMessage');
  console.log(`router / bare: ${ratio.toFixed(2)} in messages/s, ${cpu.toFixed(2)} in CPU`);
  tell({
    what: `fan-out of a priceTicked over two subgraphs to ${CLIENTS} clients, ${inFlight} event(s) at a time`,
    target: '≥ 0.6 of a bare ws broadcast',
    measured: ratio.toFixed(2),
    met: ratio >= 0.6,
  });
  tell({
    what: 'subgraph calls per event',
    target: 'at most 1, however many clients',
    measured: callsPerEvent.toFixed(2),
    met: callsPerEvent <= 1,
  });
}

const part = process.env.BENCH_PART;
await (part ? runPart(part) : main());
