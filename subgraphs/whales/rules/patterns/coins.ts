import { amountText } from '../amounts';
import { grouped } from '../exact';
import type { WhaleTransaction } from '../whale';
import type { Histories } from './histories';
import { DAY_MS, DORMANT_MS, HOUR_MS, type Pattern, rounded } from './pattern';
import { isNotable } from './score';

/** Coins move after long, by what is usual for coins of the asset that move. */
export function coinPatterns(
  { chain, hash, time, legs }: WhaleTransaction,
  histories: Histories,
): Pattern[] {
  return legs.flatMap((leg) => {
    const { symbol, coinsSince } = leg;
    if (coinsSince === undefined) return [];
    const ageMs = time - coinsSince;
    const score = histories.score(symbol, 'AGE', ageMs / HOUR_MS);
    histories.add(symbol, 'AGE', ageMs / HOUR_MS);
    if (ageMs < DORMANT_MS || !isNotable(score)) return [];
    const [days, amount] = [rounded(ageMs / DAY_MS), amountText(leg)];
    return [
      {
        ...{ id: `DORMANT_COINS:${symbol}:${chain}:${hash}`, rule: 'DORMANT_COINS' as const },
        ...{ symbol, time, score: score.score },
        explanation:
          `${grouped(amount)} ${symbol} were sent, of which the largest coin had not moved for ${grouped(days)} days; ` +
          `the median age of the last ${score.others} was ${grouped(rounded(score.median))} hours.`,
        figures: [
          { name: 'ageDays', value: days },
          { name: 'sentAmount', value: amount },
          { name: 'medianAgeHours', value: rounded(score.median) },
          { name: 'earlierAges', value: String(score.others) },
        ],
        members: [{ chain, hash }],
      },
    ];
  });
}
