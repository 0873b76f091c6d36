import { Exact } from '../../rules/exact';
import { type PriceAt, valued } from '../../rules/valuation';
import type { SightedLeg } from '../../rules/whale';
import type { FollowedChain } from './chains';

/** A price of so many units as 10^6 is known to the cent, however little one of them is worth. */
const MANY = 6;
/** Shares of what counts as large are whole millionths; what falls short by less is weighed again, exactly. */
const WHOLE = 1_000_000n;
const ENOUGH = 999_000n;

type Coin = Pick<SightedLeg, 'symbol' | 'decimals'>;

/** Says what of a chain is large at one time, in whole numbers: most of a block is not, and costs little. */
export class Judge {
  private readonly atLeast: ReadonlyMap<string, string | undefined>;
  private readonly known = new Map<string, bigint | null>();

  constructor(
    { tokens, native }: Pick<FollowedChain, 'native' | 'tokens'>,
    private readonly minUsd: string,
    private readonly priceAt: PriceAt,
    /** Epoch ms. */
    private readonly time: number,
  ) {
    this.atLeast = new Map([...tokens, native].map(({ symbol, atLeast }) => [symbol, atLeast]));
  }

  /** Base units from which so much of a coin counts as large; null where nobody knows what it is worth. */
  leastOf(coin: Coin): bigint | null {
    const key = `${coin.symbol} ${coin.decimals}`;
    let least = this.known.get(key);
    if (least === undefined) this.known.set(key, (least = this.computed(coin)));
    return least;
  }

  /** True also for what only nearly is. */
  isLarge(legs: readonly SightedLeg[]): boolean {
    let share = 0n;
    for (const leg of legs) {
      const least = this.leastOf(leg);
      if (least !== null) share += (BigInt(leg.baseUnits) * WHOLE) / least;
    }
    return share >= ENOUGH;
  }

  private computed({ symbol, decimals }: Coin): bigint | null {
    const many: SightedLeg = {
      ...{ symbol, decimals, baseUnits: `1${'0'.repeat(decimals + MANY)}` },
      ...{ kind: 'TRANSFER', from: [], to: [], statedUsd: null },
    };
    const { usd } = valued(many, this.time, this.priceAt);
    const units =
      usd !== null && usd !== '0'
        ? new Exact(this.minUsd).div(usd).mul(new Exact(10).pow(MANY))
        : this.atLeast.get(symbol);
    if (units === undefined) return null;
    const least = BigInt(new Exact(units).mul(new Exact(10).pow(decimals)).toFixed(0));
    return least > 0n ? least : 1n;
  }
}
