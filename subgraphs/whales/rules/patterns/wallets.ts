import { type DecimalText, Exact, grouped, sumOfKnown } from '../exact';
import type { Histories } from './histories';
import { DAY_MS, DORMANT_MS, HOUR_MS, MOST_MEMBERS, type Pattern, dayOf, rounded } from './pattern';
import { type Score, isNotable } from './score';

/** That a wallet took part in a transaction, in units of one asset and in USD. */
export interface WindowMove {
  hash: string;
  /** Epoch ms. */
  time: number;
  received: DecimalText | null;
  sent: DecimalText | null;
  receivedUsd: DecimalText | null;
  sentUsd: DecimalText | null;
}

/** What a wallet has done with an asset up to a move of its own, which is the newest one. */
export interface WalletWindow {
  chain: string;
  address: string;
  symbol: string;
  /** Of the newest; epoch ms. */
  time: number;
  /** The newest first, of the last seven days, at most 100. */
  moves: WindowMove[];
  /** When it took part in anything before; epoch ms; null where it never did. */
  seenBefore: number | null;
}

export const WINDOW_MS = 7 * DAY_MS;
/** Of several moves that are a pattern together. */
export const FEWEST_MOVES = 3;
/** So much of what came in may leave again, and the other way round. */
const SMALL_PART = '0.1';

export function walletPatterns(window: WalletWindow, histories: Histories): Pattern[] {
  const newest = window.moves[0];
  if (newest === undefined) return [];
  return [
    ...oneSided(window, histories),
    ...series(window, newest, histories),
    ...waking(window, newest, histories),
  ];
}

/** It gathers, or gives away: three moves or more to one side in seven days, and next to nothing to the other. */
function oneSided({ moves, ...wallet }: WalletWindow, histories: Histories): Pattern[] {
  const { symbol, time } = wallet;
  const sides = (['received', 'sent'] as const).map((side) => movesTo(moves, side));
  // Most wallets move something once or twice, and sums are what takes time.
  if (sides.every(({ moves: some }) => some.length < FEWEST_MOVES)) return [];
  const [received, sent] = sides.map((each) => ({ ...each, amount: amountOf(each) }));
  if (!received || !sent) return [];
  const isGathering = received.amount.gte(sent.amount);
  const [much, little] = isGathering ? [received, sent] : [sent, received];
  if (much.moves.length < FEWEST_MOVES || little.amount.gt(much.amount.mul(SMALL_PART))) return [];
  const netUsd = usdOf(much).minus(usdOf(little));
  const score = histories.score(symbol, 'MOVE', netUsd.toNumber());
  if (!isNotable(score)) return [];
  const rule = isGathering ? 'ACCUMULATION' : 'DISTRIBUTION';
  const net = much.amount.minus(little.amount).toFixed();
  const done = isGathering ? 'received' : 'sent';
  return [
    {
      ...{ id: idOf(rule, wallet, dayOf(time)), rule, symbol, time, score: score.score },
      explanation:
        `${wallet.address} ${done} ${grouped(net)} ${symbol} net (${grouped(netUsd.toFixed())} USD) in ${much.moves.length} ` +
        `transactions of the last seven days; ${typical(symbol, score)}`,
      figures: [
        { name: 'netAmount', value: net },
        { name: 'netUsd', value: netUsd.toFixed() },
        ...sharedFigures(much.moves.length, score),
      ],
      members: membersOf(wallet.chain, much.moves),
    },
  ];
}

/** The very same amount to one side, three times or more in a day. */
function series(
  { moves, ...wallet }: WalletWindow,
  newest: WindowMove,
  histories: Histories,
): Pattern[] {
  const { symbol, time } = wallet;
  return (['received', 'sent'] as const).flatMap((side) => {
    const amount = newest[side];
    if (amount === null) return [];
    const same = moves.filter(
      (each) => each.time > time - DAY_MS && each[side] !== null && isSame(each[side], amount),
    );
    if (same.length < FEWEST_MOVES) return [];
    const usd = usdOf({ side, moves: same });
    const score = histories.score(symbol, 'MOVE', usd.toNumber());
    if (!isNotable(score)) return [];
    return [
      {
        id: idOf('SERIES', wallet, `${side}:${amount}:${dayOf(time)}`),
        ...{ rule: 'SERIES' as const, symbol, time, score: score.score },
        explanation:
          `${wallet.address} ${side} ${grouped(amount)} ${symbol} ${same.length} times within a day ` +
          `(${grouped(usd.toFixed())} USD in all); ${typical(symbol, score)}`,
        figures: [
          { name: 'amount', value: amount },
          { name: 'totalUsd', value: usd.toFixed() },
          ...sharedFigures(same.length, score),
        ],
        members: membersOf(wallet.chain, same),
      },
    ];
  });
}

/** It sends for the first time after long, by what is usual for wallets that move the asset. */
function waking(
  { seenBefore, ...wallet }: WalletWindow,
  newest: WindowMove,
  histories: Histories,
): Pattern[] {
  const { symbol, time, chain } = wallet;
  if (seenBefore === null || newest.sent === null) return [];
  const idleMs = time - seenBefore;
  const score = histories.score(symbol, 'IDLE', idleMs / HOUR_MS);
  histories.add(symbol, 'IDLE', idleMs / HOUR_MS);
  if (idleMs < DORMANT_MS || !isNotable(score)) return [];
  const days = rounded(idleMs / DAY_MS);
  return [
    {
      id: idOf('DORMANT_WAKING', wallet, newest.hash),
      ...{ rule: 'DORMANT_WAKING' as const, symbol, time, score: score.score },
      explanation:
        `${wallet.address} sent ${grouped(newest.sent)} ${symbol} after ${grouped(days)} days without a large transaction; ` +
        `the median of the last ${score.others} rests of wallets with ${symbol} was ${grouped(rounded(score.median))} hours.`,
      figures: [
        { name: 'idleDays', value: days },
        { name: 'sentAmount', value: newest.sent },
        { name: 'medianIdleHours', value: rounded(score.median) },
        { name: 'earlierRests', value: String(score.others) },
      ],
      members: [{ chain, hash: newest.hash }],
    },
  ];
}

/** Those of a window that go to one side. */
interface OneSide {
  side: 'received' | 'sent';
  moves: readonly WindowMove[];
}

const movesTo = (moves: readonly WindowMove[], side: OneSide['side']): OneSide => ({
  side,
  moves: moves.filter((move) => move[side] !== null),
});

const amountOf = ({ moves, side }: OneSide) =>
  new Exact(sumOfKnown(moves.map((move) => move[side])) ?? 0);

const usdOf = ({ moves, side }: OneSide) =>
  new Exact(sumOfKnown(moves.map((move) => move[`${side}Usd`])) ?? 0);

/** What is equal has the same nearest float, and few others have it: only those are compared in full. */
const isSame = (one: DecimalText, other: DecimalText): boolean =>
  Number(one) === Number(other) && new Exact(one).eq(other);

const idOf = (
  rule: Pattern['rule'],
  { symbol, chain, address }: Pick<WalletWindow, 'symbol' | 'chain' | 'address'>,
  slot: string,
): string => [rule, symbol, chain, address, slot].join(':');

const typical = (symbol: string, { others, median }: Score): string =>
  `the median of the last ${others} large moves of ${symbol} was ${grouped(rounded(median))} USD.`;

const sharedFigures = (transactions: number, { median, others }: Score) => [
  { name: 'transactions', value: String(transactions) },
  { name: 'medianMoveUsd', value: rounded(median) },
  { name: 'earlierMoves', value: String(others) },
];

const membersOf = (chain: string, moves: readonly WindowMove[]) =>
  moves.slice(0, MOST_MEMBERS).map(({ hash }) => ({ chain, hash }));
