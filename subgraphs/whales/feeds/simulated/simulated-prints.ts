import type { Clock } from '@spyhop/platform/clock';
import type { ExchangePrint } from '@spyhop/platform/topics';
import { Exact } from '../../rules/exact';
import type { PriceAt } from '../../rules/valuation';
import { pause } from '../pause';
import type { PrintSink, PrintSource } from '../source';
import { Draws } from './draws';
import { SIMULATED } from './stories';

export interface SimulatedPrintsOptions {
  seed: string;
  symbols: readonly string[];
  /** In USD. */
  minUsd: string;
  priceAt: PriceAt;
  clock: Clock;
}

/** One is made up in each slot, in ms; at the start, those of the last so many. */
const SLOT_MS = 15_000;
const SLOTS_BEFORE = 120;
const LOOK_MS = 1_000;
const AMOUNT_DECIMALS = 4;
const SPREAD = 0.8;

/** Large trades that nobody has made, at the market's own prices; their exchange is called simulated. */
export function createSimulatedPrints(options: SimulatedPrintsOptions): PrintSource {
  return {
    name: 'simulated-prints',
    kind: 'SIMULATED',
    run: (sink, signal) => run(options, sink, signal),
  };
}

async function run(
  options: SimulatedPrintsOptions,
  sink: PrintSink,
  signal: AbortSignal,
): Promise<void> {
  sink.connected();
  let next = Math.floor(options.clock() / SLOT_MS) - SLOTS_BEFORE;
  for (; !signal.aborted; await pause(LOOK_MS, signal)) {
    for (; (next + 1) * SLOT_MS <= options.clock(); next += 1) {
      const print = printOf(options, next);
      if (print !== null) void sink.printed(print);
    }
  }
}

/** The one of a slot; null without a price. */
function printOf(
  { seed, symbols, minUsd, priceAt }: SimulatedPrintsOptions,
  slot: number,
): ExchangePrint | null {
  const draws = new Draws(`${seed}/print/${slot}`);
  const symbol = symbols[draws.whole(0, symbols.length - 1)] ?? '';
  const time = slot * SLOT_MS + draws.whole(0, SLOT_MS - 1);
  const price = priceAt(symbol, time);
  if (price === null) return null;
  const worth = new Exact(minUsd).mul(1 + Math.abs(draws.logNormal(0.5, SPREAD)));
  const amount = worth.div(price).toDecimalPlaces(AMOUNT_DECIMALS, Exact.ROUND_UP);
  return {
    id: `${SIMULATED}:${symbol}:trade:${slot}`,
    ...{ exchange: SIMULATED, symbol, time, price, amount: amount.toFixed() },
    side: draws.number() < 0.5 ? 'BUY' : 'SELL',
    usd: amount.mul(price).toFixed(),
    ...{ trades: draws.whole(1, 40), isBlock: draws.number() < 0.05 },
  };
}
