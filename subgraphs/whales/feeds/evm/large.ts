import { amountText } from '../../rules/amounts';
import { Exact, sumOfKnown } from '../../rules/exact';
import { type PriceAt, valued } from '../../rules/valuation';
import type { SightedLeg, Sighting } from '../../rules/whale';
import type { EvmChain } from './chains';

/** Says what of a chain is large enough to be told. */
export class Judge {
  /** In units, by symbol. */
  private readonly atLeast: ReadonlyMap<string, string | undefined>;

  constructor(
    private readonly chain: Pick<EvmChain, 'native' | 'tokens'>,
    private readonly minUsd: string,
    private readonly priceAt: PriceAt,
  ) {
    const coins = [...chain.tokens, chain.native];
    this.atLeast = new Map(coins.map(({ symbol, atLeast }) => [symbol, atLeast]));
  }

  /** Base units of the chain's own coin from which a transfer counts; null where nobody knows what it is worth. */
  leastNative(time: number): bigint | null {
    const { symbol, decimals, atLeast } = this.chain.native;
    const price = this.priceAt(symbol, time);
    const units = price === null ? atLeast : new Exact(this.minUsd).div(price);
    if (units === undefined) return null;
    const least = BigInt(new Exact(units).mul(new Exact(10).pow(decimals)).toFixed(0));
    return least > 0n ? least : 1n;
  }

  isLarge({ legs, time }: Sighting): boolean {
    const worth = legs.map((leg) => ({ leg, usd: valued(leg, time, this.priceAt).usd }));
    const usd = sumOfKnown(worth.map((each) => each.usd));
    if (usd !== null) return new Exact(usd).gte(this.minUsd);
    return worth.some(({ leg }) => this.isMuch(leg));
  }

  private isMuch(leg: SightedLeg): boolean {
    const atLeast = this.atLeast.get(leg.symbol);
    return atLeast !== undefined && new Exact(amountText(leg)).gte(atLeast);
  }
}
