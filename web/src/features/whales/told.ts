import type { WhaleDirection } from '../../generated/graphql';

interface Figures {
  /** Null where nobody knows a price. */
  usd: string | null;
  direction: WhaleDirection;
}

/** What all that a listed transaction stands for was worth, and its way: of its group, where it is the head of one. */
export const figuresOf = ({
  fold,
  usd,
  direction,
}: Figures & { fold: Figures | null }): Figures => ({
  usd: fold ? fold.usd : usd,
  direction: fold ? fold.direction : direction,
});

/** What was moved, of one asset. */
interface Part {
  symbol: string;
}

/** What a listed transaction moved: all of its group, or its legs, those of the `wanted` assets first. */
export function partsOf<Fold extends Part, Leg extends Part>(
  { fold, legs }: { fold: Fold | null; legs: readonly Leg[] },
  wanted: readonly string[] = [],
): readonly (Fold | Leg)[] {
  if (fold) return [fold];
  const isWanted = ({ symbol }: Part) => wanted.includes(symbol);
  return [...legs.filter(isWanted), ...legs.filter((leg) => !isWanted(leg))];
}
