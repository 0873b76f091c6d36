/*
 * One client that stops reading among 1,000 that read: how old a price is when it reaches those, with and
 * without it. The stalled one has many subscriptions, so that what waits for it is more than the kernel takes.
 * Run: npm run bench:router -- stalled [--seconds N] [--rounds N]
 */
import { randomUUID } from 'node:crypto';
import { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, quantile, report } from '../report.ts';
import { withTemporaryFolder } from '../stack.ts';
import { type LiveBench, startLive } from './live-bench.ts';
import { PRICE_TICKED } from './market.ts';
import { ROUND_MS, inTurns, medianRatio } from './rounds.ts';
import { metric } from './router-part.ts';
import { Crowd, masked, openSocket } from './sockets.ts';

const CLIENTS = 1_000;
const EVENTS_PER_SECOND = 10;
const SUBSCRIPTIONS_OF_THE_STALLED = 150;
const STALLED_WITHIN_MS = 60_000;
/** Rounds differ by as much among themselves. */
const NOISE = 1.25;

interface Round {
  p50: number;
  p99: number;
}

/** Seconds of the machine's monotonic clock, in the width of a price. */
const now = (): number => Number(process.hrtime.bigint() / 1_000n) / 1e6;

/** Ages of the prices that arrive, in ms. */
class Ages {
  private ages: number[] = [];
  private static readonly FIELD = '"price":"';

  /** A chunk holds whole frames as long as nobody is far behind; the newest of them counts. */
  readonly add = (chunk: Buffer): void => {
    const at = chunk.lastIndexOf(Ages.FIELD);
    if (at < 0) return;
    const from = at + Ages.FIELD.length;
    const sentAt = Number(chunk.toString('latin1', from, chunk.indexOf('"', from)));
    this.ages.push(1_000 * (now() - sentAt));
  };

  take(): number[] {
    return this.ages.splice(0);
  }
}

const publishNow = ({ publish }: LiveBench, turn: number): Promise<void> =>
  publish({ to: 'router', from: turn, until: turn + 1, price: now().toFixed(6) });

/** Stops reading, and is sent so much that the router has to hold things back. */
async function openStalled(bench: LiveBench): Promise<Socket> {
  const socket = await openSocket(bench.router.port);
  socket.write(masked({ type: 'connection_init' }));
  const payload = { query: PRICE_TICKED };
  for (let n = 0; n < SUBSCRIPTIONS_OF_THE_STALLED; n += 1) {
    socket.write(masked({ id: randomUUID(), type: 'subscribe', payload }));
  }
  socket.pause();
  const heldBack = (): Promise<number> => metric(bench.router, 'router_messages_held_back_total');
  const before = await heldBack();
  const deadline = performance.now() + STALLED_WITHIN_MS;
  for (let turn = 0; (await heldBack()) === before; turn += 1) {
    if (performance.now() > deadline)
      throw new Error('nothing was held back from the stalled client');
    await publishNow(bench, turn);
  }
  return socket;
}

async function round(bench: LiveBench, ages: Ages, isStalled: boolean): Promise<Round> {
  const stalled = isStalled ? await openStalled(bench) : null;
  await sleep(500);
  ages.take();
  const startedAt = performance.now();
  for (let turn = 0; performance.now() - startedAt < ROUND_MS; turn += 1) {
    void publishNow(bench, turn);
    await sleep(1_000 / EVENTS_PER_SECOND);
  }
  stalled?.destroy();
  const taken = ages.take();
  return { p50: median(taken), p99: quantile(taken, 0.99) };
}

async function main(folder: string): Promise<void> {
  const bench = await startLive(folder);
  const ages = new Ages();
  const crowd = new Crowd(bench.router.port);
  await crowd.growTo(CLIENTS, () => ({ query: PRICE_TICKED }));
  for (const socket of crowd.sockets) socket.on('data', ages.add);
  const rounds = await inTurns(['without', 'with'] as const, (name) =>
    round(bench, ages, name === 'with'),
  );
  for (const [name, results] of Object.entries(rounds)) {
    const all = results.map(({ p50, p99 }) => `${p50.toFixed(1)} / ${p99.toFixed(1)}`);
    console.log(
      `${name.padEnd(8)} a stalled client, p50 / p99 in ms of each round: ${all.join(', ')}`,
    );
  }
  const [withIt, without] = [rounds.with, rounds.without].map((all) => all.map(({ p99 }) => p99));
  const ratio = medianRatio(withIt ?? [], without ?? []);
  report({
    what: `p99 of ${CLIENTS.toLocaleString('en')} clients beside a stalled one`,
    target: `≤ ${NOISE} × that without it`,
    measured: `${ratio.toFixed(2)} ×`,
    met: ratio <= NOISE,
  });
  crowd.close();
  await Promise.all([bench.router, bench.market].map((part) => part.stop()));
  process.exit(0);
}

await withTemporaryFolder(main);
