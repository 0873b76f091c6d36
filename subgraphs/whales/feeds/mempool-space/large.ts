import { Exact } from '../../rules/exact';
import type { PriceAt } from '../../rules/valuation';
import type { Timers } from '../outside';
import { SATOSHI_DECIMALS } from './parse';

/** Counts as large where there is no price yet, in satoshi: 5 BTC. */
const LARGE_WITHOUT_PRICE = 500_000_000;

/** What the outputs of a large transaction of Bitcoin come to at least; change is among them. */
export function leastSatoshi({
  priceAt,
  outside,
  minUsd,
}: {
  priceAt: PriceAt;
  outside: Pick<Timers, 'clock'>;
  minUsd: string;
}): number {
  const price = priceAt('BTC', outside.clock());
  if (price === null) return LARGE_WITHOUT_PRICE;
  return new Exact(minUsd).div(price).mul(new Exact(10).pow(SATOSHI_DECIMALS)).toNumber();
}
