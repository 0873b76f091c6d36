import type { WhaleLeg } from '@spyhop/platform/topics';
import { amountText } from '../amounts';
import { grouped } from '../exact';
import type { WhaleTransaction } from '../whale';
import type { Histories } from './histories';
import { type Pattern, rounded } from './pattern';

const DONE = { MINT: 'made', BURN: 'destroyed' } as const;

/** That tokens were made or destroyed; how unusual, against earlier times of the same. */
export function supplyPatterns(
  { chain, hash, time, legs }: WhaleTransaction,
  histories: Histories,
): Pattern[] {
  return legs.flatMap((leg) => {
    const { symbol, kind, usd } = leg;
    if (kind !== 'MINT' && kind !== 'BURN') return [];
    const size = Number(usd ?? 0);
    const score = histories.score(symbol, kind, size);
    histories.add(symbol, kind, size);
    const usual =
      score === null
        ? 'What is usual for it is not known yet.'
        : `The median of the last ${score.others} was ${grouped(rounded(score.median))} USD.`;
    return [
      {
        ...{ id: `${kind}:${symbol}:${chain}:${hash}`, rule: kind, symbol, time },
        score: score?.score ?? null,
        explanation: `${grouped(amountText(leg))} ${symbol} were ${DONE[kind]} on ${chain}. ${usual}`,
        figures: [
          { name: 'amount', value: amountText(leg) },
          ...figureOf('usd', leg.usd),
          ...figureOf('medianUsd', score && rounded(score.median)),
          ...figureOf('earlier', score && String(score.others)),
        ],
        members: [{ chain, hash }],
      },
    ];
  });
}

const figureOf = (name: string, value: WhaleLeg['usd']) =>
  value === null ? [] : [{ name, value }];
