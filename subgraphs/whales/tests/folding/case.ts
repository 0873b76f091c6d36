import type { WhaleLeg, WhaleParty } from '@spyhop/platform/topics';
import type { FoldReason } from '../../rules/folding/fold';
import type { Foldable } from '../../rules/folding/window';

/** A transaction of which it is known to which event it belongs. */
export interface Labelled {
  transaction: Foldable;
  /** Names the event that it is a part of, with others; null for one that is an event by itself. */
  event: string | null;
  reason: FoldReason | null;
}

/** Cases of one origin, in the order in which they are stored. */
export interface Cases {
  name: string;
  transactions: Labelled[];
}

export const nobody = (address: string | null): WhaleParty => ({
  address,
  owner: null,
  ownerKind: 'UNKNOWN',
});

interface Moved {
  hash: string;
  /** Epoch ms. */
  time: number;
  /** In units of the asset. */
  amount: number;
  from: WhaleParty[];
  to: WhaleParty[];
  chain?: string;
  symbol?: string;
}

const DECIMALS = 6;

export function moved({ hash, time, amount, from, to, chain, symbol }: Moved): Foldable {
  const leg: WhaleLeg = {
    ...{ symbol: symbol ?? 'BTC', kind: 'TRANSFER', decimals: DECIMALS, usd: null, usdBasis: null },
    ...{ baseUnits: String(Math.round(amount * 10 ** DECIMALS)), from, to },
  };
  return { chain: chain ?? 'bitcoin', hash, time, legs: [leg], fold: null };
}

export const alone = (transaction: Foldable): Labelled => ({
  ...{ transaction, event: null, reason: null },
});

/** All as one event, named after the first of them; one alone is an event by itself. */
export function together(reason: FoldReason, transactions: readonly Foldable[]): Labelled[] {
  const [first] = transactions;
  if (first === undefined || transactions.length === 1) return transactions.map(alone);
  return transactions.map((transaction) => ({ transaction, event: first.hash, reason }));
}
