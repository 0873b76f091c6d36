import type { WhaleParty } from '@spyhop/platform/topics';
import { type Direction, directionOf } from '../direction';
import type { DecimalText } from '../exact';

export const FOLD_REASONS = ['INTERNAL', 'PEEL_CHAIN', 'CONSOLIDATION', 'CHANGE'] as const;
export type FoldReason = (typeof FOLD_REASONS)[number];

/** Several transactions that are one event. It is named by its head, the one of them that lists show. */
export interface Fold {
  chain: string;
  /** Of the head. */
  hash: string;
  reason: FoldReason;
  /** All of its members move this asset and nothing else. */
  symbol: string;
  members: number;
  /** What moved in all, in units of the asset; what is only passed on is counted once. */
  amount: DecimalText;
  /**
   * In units of the asset: what a peel chain has left at its end, how much of a deposit was swept, or how much
   * came back; null for others.
   */
  rest: DecimalText | null;
  /** Of `amount`, at the time of the moves; null where nobody knows a price. */
  usd: DecimalText | null;
  /** Of the earliest and the latest member, epoch ms. */
  firstTime: number;
  lastTime: number;
  /** Where it all began and where it ended, at most 50 each; who only passed it on is left out. */
  from: WhaleParty[];
  to: WhaleParty[];
}

/** Where the whole of it moved something, seen from the exchanges. */
export const directionOfFold = ({ from, to }: Pick<Fold, 'from' | 'to'>): Direction =>
  directionOf([{ from, to }]);
