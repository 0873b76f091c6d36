/*
 * Whether the router's heap stays as large as it is, under what a day brings: clients that come and go, clients
 * that read slowly, lists, queries, and reloads of the schema.
 * Run: npm run bench:router -- soak [--soak-seconds N], where 3600 is the run that counts
 */
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, report } from '../report.ts';
import { withTemporaryFolder } from '../stack.ts';
import { type LiveBench, startLive } from './live-bench.ts';
import { PRICES_TICKED, PRICE_TICKED, SYMBOLS, composeMarket } from './market.ts';
import { SOAK_MS } from './rounds.ts';
import { metric } from './router-part.ts';
import { type Payload, openSocket, subscribe } from './sockets.ts';

const WATCHERS = 500;
const LIST_WATCHERS = 200;
const SLOW_READERS = 10;
const LIST_LENGTH = 20;
const DOCUMENTS = 50;
const SAMPLES = 30;
const MOST_GROWTH = 0.05;
/** Milliseconds between two of each. */
const EVERY = { tick: 50, lists: 250, arrival: 20, query: 20, reload: 10_000, slow: 3_000 };

const randomLists = (): Payload => {
  const from = randomInt(SYMBOLS.length - LIST_LENGTH);
  return { query: PRICES_TICKED, variables: { symbols: SYMBOLS.slice(from, from + LIST_LENGTH) } };
};

/** Someone who comes again when the connection ends, wherever that was decided. */
class Guest {
  private socket: Socket | undefined;
  private readonly port: number;
  private readonly payload: () => Payload;

  constructor(port: number, payload: () => Payload) {
    this.port = port;
    this.payload = payload;
  }

  async come(): Promise<void> {
    this.socket?.destroy();
    const socket = await openSocket(this.port);
    // What follows an error is the close event.
    socket.on('error', () => undefined);
    socket.resume();
    socket.once('close', () => {
      if (this.socket === socket) this.socket = undefined;
    });
    subscribe(socket, this.payload());
    this.socket = socket;
  }

  get isGone(): boolean {
    return this.socket === undefined;
  }

  /** Reads nothing for a while, as a laptop does whose lid is closed. */
  toggle(): void {
    if (this.socket?.isPaused()) this.socket.resume();
    else this.socket?.pause();
  }
}

async function query({ router }: LiveBench): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${router.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `query Q${randomInt(DOCUMENTS)} { symbols }` }),
  });
  const text = await answer.text();
  if (!text.startsWith('{"data":{"symbols":')) throw new Error(text);
}

/** Does something again and again until the soak is over; one at a time. */
async function again(
  everyMs: number,
  until: number,
  work: (turn: number) => unknown,
): Promise<void> {
  for (let turn = 0; performance.now() < until; turn += 1) {
    await work(turn);
    await sleep(everyMs);
  }
}

/** MB of heap and buffers after a full collection, through the whole time. */
async function soak(bench: LiveBench): Promise<number[]> {
  const { market, router, supergraph, publish } = bench;
  const guests = [
    ...Array.from(
      { length: WATCHERS },
      () => new Guest(router.port, () => ({ query: PRICE_TICKED })),
    ),
    ...Array.from({ length: LIST_WATCHERS }, () => new Guest(router.port, randomLists)),
  ];
  const slow = Array.from(
    { length: SLOW_READERS },
    () => new Guest(router.port, () => ({ query: PRICE_TICKED })),
  );
  for (const guest of [...guests, ...slow]) await guest.come();
  const until = performance.now() + SOAK_MS;
  const samples: number[] = [];
  await Promise.all([
    again(EVERY.tick, until, (n) => publish({ to: 'router', from: n, until: n + 1 })),
    again(EVERY.lists, until, (turn) => publish({ to: 'lists', symbols: SYMBOLS, turn })),
    again(EVERY.arrival, until, () => guests[randomInt(guests.length)]?.come()),
    again(EVERY.query, until, () => query(bench)),
    again(EVERY.reload, until, (turn) =>
      writeFileSync(supergraph, composeMarket(market.port, `turn ${turn}`)),
    ),
    again(EVERY.slow, until, async () => {
      for (const guest of slow) {
        if (guest.isGone) await guest.come();
        else guest.toggle();
      }
    }),
    again(SOAK_MS / SAMPLES, until, async () => {
      const { heapUsed, external } = await router.memory();
      samples.push((heapUsed + external) / 2 ** 20);
    }),
  ]);
  return samples;
}

async function main(folder: string): Promise<void> {
  const bench = await startLive(folder);
  const samples = await soak(bench);
  console.log(`MB after collection: ${samples.map((mb) => mb.toFixed(1)).join(' ')}`);
  const events = await metric(bench.router, 'router_messages_total');
  console.log(
    `${events.toLocaleString('en')} messages, ${await bench.market.call('requests')} subgraph calls`,
  );
  // The first third is for what fills up: caches, compiled code.
  const third = Math.floor(samples.length / 3);
  const [middle, last] = [samples.slice(third, -third), samples.slice(-third)].map(median);
  const growth = (last ?? NaN) / (middle ?? NaN) - 1;
  report({
    what: `heap after collection, last third of ${SOAK_MS / 1_000} s against the middle one`,
    target: `at most ${100 * MOST_GROWTH} % more`,
    measured: `${(100 * growth).toFixed(1)} % (${middle?.toFixed(1)} → ${last?.toFixed(1)} MB)`,
    met: growth <= MOST_GROWTH,
  });
  await Promise.all([bench.router, bench.market].map((part) => part.stop()));
  process.exit(0);
}

await withTemporaryFolder(main);
