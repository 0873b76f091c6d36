import type { Clock } from '@spyhop/platform/clock';
import type { PriceAt } from '../../rules/valuation';
import { pause } from '../pause';
import type { Sink, Source } from '../source';
import { BITCOIN, COINS } from './cast';
import { SIMULATED, SLOT_MS, slotOf } from './stories';

export interface SimulationOptions {
  seed: string;
  priceAt: PriceAt;
  clock: Clock;
  /** Until when, epoch ms, an earlier run has told its stories; null where there was none. */
  toldUntil: () => Promise<number | null>;
}

/** So much of the past is made up where nothing is there yet. */
const HISTORY_MS = 24 * 60 * 60_000;
const WAIT_FOR_PRICES_MS = 500;
/** How long the others may take once there are prices of bitcoin: not all markets follow all of them. */
const PATIENCE_MS = 5_000;
const PRICED = [...new Set(COINS.map(({ symbol }) => symbol))].filter((s) => !s.startsWith('USD'));
/** Stories that began so many slots ago may still go on. */
const LONGEST_STORY_SLOTS = 2;
const LOOK_MS = 1_000;

/** Whales that do not exist, on wallets that are nobody's, at the market's own prices. */
export function createSimulatedSource(options: SimulationOptions): Source {
  return {
    name: SIMULATED,
    kind: 'SIMULATED',
    description: 'Simulated whales: no real wallets, transactions or owners.',
    run: (sink, signal) => run(options, sink, signal),
  };
}

async function run(options: SimulationOptions, sink: Sink, signal: AbortSignal): Promise<void> {
  const { clock } = options;
  const earliest = clock() - HISTORY_MS;
  await pricesFrom(options, earliest, signal);
  if (signal.aborted) return;
  let until = Math.max((await options.toldUntil()) ?? earliest, earliest);
  sink.connected();
  while (!signal.aborted) {
    const now = clock();
    for (const sighting of between(options, until, now)) {
      if (signal.aborted) return;
      await sink.seen(sighting);
    }
    until = now;
    await pause(LOOK_MS, signal);
  }
}

/** Resolves once what is made up from a time on, epoch ms, can be valued. */
async function pricesFrom(
  { clock, priceAt }: SimulationOptions,
  time: number,
  signal: AbortSignal,
): Promise<void> {
  const isPriced = (symbol: string): boolean =>
    priceAt(symbol, time) !== null && priceAt(symbol, clock()) !== null;
  for (let deadline = Infinity; !signal.aborted; await pause(WAIT_FOR_PRICES_MS, signal)) {
    if (isPriced(BITCOIN.symbol)) deadline = Math.min(deadline, clock() + PATIENCE_MS);
    if (PRICED.every(isPriced) || clock() >= deadline) return;
  }
}

/** What moved after `from` and until `to`, epoch ms, in the order of time. */
function between(
  { seed, priceAt }: SimulationOptions,
  from: number,
  to: number,
): ReturnType<typeof slotOf> {
  const first = Math.floor(from / SLOT_MS) - LONGEST_STORY_SLOTS;
  const last = Math.floor(to / SLOT_MS);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    slotOf(seed, first + index, priceAt),
  )
    .flat()
    .filter(({ time }) => time > from && time <= to)
    .sort((a, b) => a.time - b.time);
}
