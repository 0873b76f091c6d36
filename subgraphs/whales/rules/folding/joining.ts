import type { WhaleParty } from '@spyhop/platform/topics';
import { type DecimalText, Exact } from '../exact';
import type { Fold } from './fold';
import { withoutAmount } from '../shares';
import type { Entry } from './window';

/** Transactions that become members of one fold. */
export interface Joining {
  /** The one they join; null where they make a new one. */
  into: { current: Fold } | null;
  /** Those that were none of its members before. */
  members: readonly Entry[];
  /** As it is with them. */
  fold: Fold;
}

/** Beyond that a fold takes nothing more in, and what comes next begins another one. */
const MOST_MEMBERS = 100;
const LONGEST_MS = 6 * 60 * 60_000;

/** Whether it takes in one more of that time, epoch ms. */
export const hasRoom = ({ members, firstTime, lastTime }: Fold, time: number): boolean =>
  members < MOST_MEMBERS && Math.max(lastTime, time) - Math.min(firstTime, time) <= LONGEST_MS;

/** The fold of a first member, which is its head. */
export const foldOf = (head: Entry, { reason, rest }: Pick<Fold, 'reason' | 'rest'>): Fold => ({
  ...{ chain: head.chain, hash: head.hash, symbol: head.symbol, reason, rest, members: 1 },
  ...{ amount: head.amount, usd: head.usd, firstTime: head.time, lastTime: head.time },
  ...{ from: partiesOf(head.from), to: partiesOf(head.to) },
});

/** With as many more members, of these times. */
export function grown(fold: Fold, members: readonly Entry[], changes: Partial<Fold>): Fold {
  const times = members.map(({ time }) => time);
  return {
    ...fold,
    members: fold.members + members.length,
    firstTime: Math.min(fold.firstTime, ...times),
    lastTime: Math.max(fold.lastTime, ...times),
    ...changes,
  };
}

const MOST_PARTIES = 50;

/** Each wallet once; of several transactions without what each had, which is of one alone. */
export function partiesOf(...lists: (readonly WhaleParty[])[]): WhaleParty[] {
  const byName = new Map<string, WhaleParty>();
  for (const party of lists.flat()) {
    const name = party.address ?? `/${party.owner ?? ''}`;
    if (!byName.has(name)) byName.set(name, lists.length > 1 ? withoutAmount(party) : party);
  }
  return [...byName.values()].slice(0, MOST_PARTIES);
}

export const plus = (a: DecimalText, b: DecimalText): DecimalText => new Exact(a).plus(b).toFixed();

/** The latest one; of the same moment always the same one. Null without any. */
export function latestOf(entries: readonly Entry[]): Entry | null {
  let latest: Entry | null = null;
  for (const entry of entries) {
    const isLater =
      latest === null ||
      entry.time > latest.time ||
      (entry.time === latest.time && entry.id > latest.id);
    if (isLater) latest = entry;
  }
  return latest;
}
