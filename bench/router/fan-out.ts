/*
 * A subscription over two subgraphs to many WebSocket clients, against a bare `ws` broadcast of the same bytes.
 * Servers run in processes of their own; clients only count bytes, so that the servers' cost is what is measured.
 * Run: npm run bench:router -- fan-out [--seconds N] [--rounds N]
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, report } from '../report.ts';
import { withTemporaryFolder } from '../stack.ts';
import { type LiveBench, startLive } from './live-bench.ts';
import { PRICE_TICKED, priceMessage, tickOf } from './market.ts';
import { Part } from './part.ts';
import { ROUNDS, ROUND_MS, inTurns, medianRatio } from './rounds.ts';
import { metric } from './router-part.ts';
import { Crowd, frameBytes } from './sockets.ts';

const CROWDS = [1_000, 10_000];
/** Events that may be under way at a time: one by one, and as a busy market sends them. */
const IN_FLIGHT = [1, 8];
const TARGET = 0.85;
const STUCK_AFTER_MS = 15_000;
const LOOK_EVERY_MS = 200;
/** Of a core, below which a server is idle. */
const IDLE_SHARE = 0.05;
const FRAME_BYTES = frameBytes(priceMessage(randomUUID(), tickOf(0)));

type Name = 'bare' | 'router';

interface Contestant {
  name: Name;
  server: Part;
  crowd: Crowd;
}

interface Round {
  messagesPerSecond: number;
  cpuMicrosPerMessage: number;
  /** Of one core, used by the clients. */
  clientsShare: number;
}

/** Publishes as fast as the clients get the events. */
async function round(
  { name, server, crowd }: Contestant,
  { publish }: LiveBench,
  inFlight: number,
): Promise<Round> {
  crowd.forgetBytes();
  const cpuBefore = await server.cpuMicros();
  const ownBefore = process.cpuUsage();
  const startedAt = performance.now();
  let ordered = 0;
  const order = (until: number): void => {
    if (name === 'router') void publish({ to: 'router', from: ordered, until });
    else for (let n = ordered; n < until; n += 1) void publish({ to: 'bare', text: bareText(n) });
    ordered = until;
  };
  const events = await new Promise<number>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`${name}: clients wait for ${ordered} events`)),
      ROUND_MS + STUCK_AFTER_MS,
    );
    let seen = 0;
    crowd.onBytes = (bytes) => {
      const arrived = Math.floor(bytes / (FRAME_BYTES * crowd.sockets.length));
      if (arrived <= seen) return;
      seen = arrived;
      if (performance.now() - startedAt < ROUND_MS) return order(seen + inFlight);
      if (seen < ordered) return;
      clearTimeout(late);
      resolve(seen);
    };
    order(inFlight);
  });
  const took = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(ownBefore);
  const messages = events * crowd.sockets.length;
  return {
    messagesPerSecond: (1_000 * messages) / took,
    cpuMicrosPerMessage: ((await server.cpuMicros()) - cpuBefore) / messages,
    clientsShare: (user + system) / 1_000 / took,
  };
}

const bareText = (n: number): string => priceMessage(BARE_ID, tickOf(n));
const BARE_ID = randomUUID();

/** Only one contestant's clients are there at a time: a process may not have as many files open as both. */
async function turn(
  contestant: Contestant,
  bench: LiveBench,
  clients: number,
  inFlight: number,
): Promise<Round> {
  const { crowd, server } = contestant;
  await crowd.growTo(clients, () => ({ query: PRICE_TICKED }));
  const result = await round(contestant, bench, inFlight);
  await crowd.settled();
  crowd.leave();
  await idle(server);
  return result;
}

/** Waits until what the clients have left behind is cleared away. */
async function idle(server: Part): Promise<void> {
  for (let used = Infinity; used > IDLE_SHARE * LOOK_EVERY_MS * 1_000;) {
    const before = await server.cpuMicros();
    await sleep(LOOK_EVERY_MS);
    used = (await server.cpuMicros()) - before;
  }
}

async function compare(
  bench: LiveBench,
  contestants: Record<Name, Contestant>,
  clients: number,
): Promise<void> {
  for (const inFlight of IN_FLIGHT) {
    console.log(`\n${inFlight} event(s) under way at a time`);
    const [events, calls] = [await eventsOf(bench), await callsOf(bench)];
    const results = await inTurns(['bare', 'router'] as const, (name) =>
      turn(contestants[name], bench, clients, inFlight),
    );
    const callsPerEvent = ((await callsOf(bench)) - calls) / ((await eventsOf(bench)) - events);
    tell(clients, inFlight, results, callsPerEvent);
  }
}

const eventsOf = ({ router }: LiveBench): Promise<number> => metric(router, 'router_events_total');
const callsOf = ({ market }: LiveBench): Promise<number> => market.call('requests');

function tell(
  clients: number,
  inFlight: number,
  results: Record<Name, Round[]>,
  callsPerEvent: number,
): void {
  for (const [name, rounds] of Object.entries(results)) show(name, rounds);
  const rates = (name: Name): number[] => results[name].map((each) => each.messagesPerSecond);
  const cpu = (name: Name): number[] => results[name].map((each) => each.cpuMicrosPerMessage);
  const ratio = medianRatio(rates('router'), rates('bare'));
  console.log(`in CPU: ${medianRatio(cpu('bare'), cpu('router')).toFixed(2)} of a bare broadcast`);
  const what = `to ${clients.toLocaleString('en')} clients, ${inFlight} event(s) at a time`;
  report({
    what: `subscription over two subgraphs ${what}`,
    target: `≥ ${TARGET} of a bare ws broadcast`,
    measured: ratio.toFixed(2),
    met: ratio >= TARGET,
  });
  report({
    what: `sets of subgraph calls per event ${what}`,
    target: 'at most 1',
    measured: callsPerEvent.toFixed(2),
    met: callsPerEvent <= 1,
  });
}

function show(name: string, rounds: readonly Round[]): void {
  const of = (figure: keyof Round): number => median(rounds.map((each) => each[figure]));
  console.log(
    `${name.padEnd(8)} ${Math.round(of('messagesPerSecond')).toLocaleString('en').padStart(9)} messages/s, ` +
      `${of('cpuMicrosPerMessage').toFixed(2)} µs of CPU each; the clients took ${Math.round(100 * of('clientsShare'))} % of a core`,
  );
}

async function main(folder: string): Promise<void> {
  const bench = await startLive(folder);
  const bare = await Part.listening('bare-broadcast', { args: [String(bench.market.port)] });
  const crowds = { bare: new Crowd(bare.port), router: new Crowd(bench.router.port) };
  const contestants: Record<Name, Contestant> = {
    bare: { name: 'bare', server: bare, crowd: crowds.bare },
    router: { name: 'router', server: bench.router, crowd: crowds.router },
  };
  for (const clients of CROWDS) {
    console.log(`\n${clients.toLocaleString('en')} clients, medians of ${ROUNDS} rounds in turns`);
    await compare(bench, contestants, clients);
  }
  for (const crowd of Object.values(crowds)) crowd.close();
  await Promise.all([bench.router, bare, bench.market].map((part) => part.stop()));
}

await withTemporaryFolder(main);
