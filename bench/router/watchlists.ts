/*
 * Clients that follow 20 symbols of 200 each, at random, over two subgraphs, four frames a second of prices that
 * change twice as often. Against a bare server that writes to each four times a second a frame of as many bytes
 * that was made before. Both send alike, so what is compared is the CPU that a frame costs the server. BENCH_ROUTER_BEFORE names the command of
 * an older build of the router, to compare with too.
 * Run: npm run bench:router -- watchlists [--seconds N] [--rounds N]
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, report } from '../report.ts';
import { withTemporaryFolder } from '../stack.ts';
import { type LiveBench, startLive } from './live-bench.ts';
import {
  FRAMES_PER_SECOND,
  PRICES_TICKED,
  SYMBOLS,
  SYMBOLS_PER_CLIENT,
  pricesMessage,
  tickOf,
} from './market.ts';
import { Part } from './part.ts';
import { ROUND_MS, inTurns, medianRatio } from './rounds.ts';
import { Crowd, type Payload, frameBytes } from './sockets.ts';

const FEW_CLIENTS = 1_000;
const CLIENTS = 5_000;
const TARGET = 0.6;
const KEPT_UP = 0.95;
/** How often every symbol changes. */
const EVENTS_PER_SECOND = 2 * FRAMES_PER_SECOND;
/** Not counted: the first frame goes at once, with what of the event is there. Ends shortly before the third one. */
const FIRST_MS = 1.8 * (1_000 / FRAMES_PER_SECOND);
const LIST = SYMBOLS.slice(0, SYMBOLS_PER_CLIENT).map((symbol, n) => tickOf(n, symbol));
const FRAME_BYTES = frameBytes(pricesMessage(randomUUID(), LIST));

interface Contestant {
  name: string;
  server: Part;
  /** Behind the server. */
  market: Part;
  crowd: Crowd;
  /** Orders an event of all symbols, or a frame to each client. */
  publish: (turn: number) => Promise<void>;
  publishedPerSecond: number;
}

interface Round {
  /** To each client, once they come. */
  framesPerSecond: number;
  cpuMicrosPerFrame: number;
  /** Of one core. */
  serverShare: number;
  clientsShare: number;
  /** Requests for entities. */
  callsPerSecond: number;
}

/** Each client's own list; the same in every run, from a linear congruential generator (Numerical Recipes). */
function randomList(index: number): Payload {
  let state = index + 1;
  const symbols = new Set<string>();
  while (symbols.size < SYMBOLS_PER_CLIENT) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    symbols.add(SYMBOLS[Math.floor((state / 2 ** 32) * SYMBOLS.length)] ?? '');
  }
  return { query: PRICES_TICKED, variables: { symbols: [...symbols] } };
}

async function round(contestant: Contestant): Promise<Round> {
  const { server, market, crowd } = contestant;
  crowd.forgetBytes();
  const [cpuBefore, callsBefore] = [
    await server.cpuMicros(),
    await market.call<number>('requests'),
  ];
  const ownBefore = process.cpuUsage();
  const startedAt = performance.now();
  const publishing = publishFor(FIRST_MS + ROUND_MS + FIRST_MS, contestant);
  const framesPerSecond = await paceOf(crowd);
  await publishing;
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(ownBefore);
  await crowd.settled();
  const cpu = (await server.cpuMicros()) - cpuBefore;
  return {
    framesPerSecond,
    cpuMicrosPerFrame: cpu / (crowd.received / FRAME_BYTES),
    serverShare: cpu / 1e6 / seconds,
    clientsShare: (user + system) / 1e6 / seconds,
    callsPerSecond: ((await market.call<number>('requests')) - callsBefore) / seconds,
  };
}

/** Frames a second to each client. */
async function paceOf(crowd: Crowd): Promise<number> {
  await sleep(FIRST_MS);
  const [startedAt, before] = [performance.now(), crowd.received];
  await sleep(ROUND_MS);
  const seconds = (performance.now() - startedAt) / 1_000;
  return (crowd.received - before) / FRAME_BYTES / crowd.sockets.length / seconds;
}

async function publishFor(ms: number, { publish, publishedPerSecond }: Contestant): Promise<void> {
  const startedAt = performance.now();
  const everyMs = 1_000 / publishedPerSecond;
  for (let turn = 0; turn * everyMs < ms; turn += 1) {
    void publish(turn);
    await sleep(Math.max(0, startedAt + (turn + 1) * everyMs - performance.now()));
  }
}

function routerContestant(name: string, { router, market, publish }: LiveBench): Contestant {
  const crowd = new Crowd(router.port);
  const order = (turn: number): Promise<void> => publish({ to: 'lists', symbols: SYMBOLS, turn });
  return {
    name,
    server: router,
    market,
    crowd,
    publish: order,
    publishedPerSecond: EVENTS_PER_SECOND,
  };
}

async function bareContestant({ market, publish }: LiveBench): Promise<Contestant> {
  const server = await Part.listening('ready-frames', { args: [String(market.port)] });
  const order = (): Promise<void> => publish({ to: 'bare', text: 'now' });
  const crowd = new Crowd(server.port);
  const publishedPerSecond = FRAMES_PER_SECOND;
  return { name: 'bare', server, market, crowd, publish: order, publishedPerSecond };
}

async function compare(
  contestants: readonly Contestant[],
  clients: number,
): Promise<Record<string, Round[]>> {
  console.log(`\n${clients.toLocaleString('en')} clients, medians of rounds in turns`);
  for (const { crowd } of contestants) await crowd.growTo(clients, randomList);
  const results = await inTurns(
    contestants.map(({ name }) => name),
    (wanted) => round(contestants.find(({ name }) => name === wanted) as Contestant),
  );
  for (const [name, rounds] of Object.entries(results)) show(name, rounds);
  return results;
}

const medianOf = (rounds: readonly Round[] = [], figure: keyof Round): number =>
  median(rounds.map((each) => each[figure]));

function show(name: string, rounds: readonly Round[]): void {
  const percent = (figure: keyof Round): string =>
    `${Math.round(100 * medianOf(rounds, figure))} %`;
  console.log(
    `${name.padEnd(8)} ${medianOf(rounds, 'framesPerSecond').toFixed(2)} frames/s to each, ` +
      `${medianOf(rounds, 'cpuMicrosPerFrame').toFixed(1)} µs of CPU per frame, ${percent('serverShare')} of a core, ` +
      `${medianOf(rounds, 'callsPerSecond').toFixed(1)} subgraph calls/s; the clients took ${percent('clientsShare')}`,
  );
}

function tell(few: Record<string, Round[]>, many: Record<string, Round[]>): void {
  const costs = (name: string): number[] =>
    (many[name] ?? []).map((each) => each.cpuMicrosPerFrame);
  const ratio = medianRatio(costs('bare'), costs('router'));
  const what = `${CLIENTS.toLocaleString('en')} lists of ${SYMBOLS_PER_CLIENT} of ${SYMBOLS.length} symbols`;
  report({
    what: `${what}, ${FRAMES_PER_SECOND} frames/s`,
    target: `≥ ${TARGET} of ready-made frames, in CPU per frame`,
    measured: ratio.toFixed(2),
    met: ratio >= TARGET,
  });
  const frames = medianOf(many.router, 'framesPerSecond');
  report({
    what: `${what}: frames to each client`,
    target: `≥ ${KEPT_UP * FRAMES_PER_SECOND} a second`,
    measured: frames.toFixed(2),
    met: frames >= KEPT_UP * FRAMES_PER_SECOND,
  });
  const [withFew = NaN, withMany = NaN] = [few, many].map(({ router }) =>
    medianOf(router, 'callsPerSecond'),
  );
  report({
    what: `${what}: subgraph calls a second`,
    target: `one for each frame, as with ${FEW_CLIENTS.toLocaleString('en')} lists`,
    measured: `${withMany.toFixed(1)} and ${withFew.toFixed(1)}`,
    met: Math.max(withFew, withMany) <= FRAMES_PER_SECOND + 1,
  });
}

async function main(folder: string): Promise<void> {
  const bench = await startLive(join(folder, 'router'));
  const contestants = [await bareContestant(bench), routerContestant('router', bench)];
  const command = process.env.BENCH_ROUTER_BEFORE;
  if (command !== undefined) {
    contestants.push(routerContestant('before', await startLive(join(folder, 'before'), command)));
  }
  const few = await compare(contestants, FEW_CLIENTS);
  tell(few, await compare(contestants, CLIENTS));
  for (const { crowd } of contestants) crowd.close();
  const parts = contestants.flatMap(({ server, market }) => [server, market]);
  await Promise.all([...new Set(parts)].map((part) => part.stop()));
}

await withTemporaryFolder(main);
