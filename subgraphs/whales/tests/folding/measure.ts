import { FOLD_REASONS, type Fold, type FoldReason } from '../../rules/folding/fold';
import { Folder } from '../../rules/folding/folder';
import { idOf } from '../../rules/whale';
import type { Labelled } from './case';

/** Pairs of transactions: two that stand in one fold, or belong into one. */
export interface Score {
  /** That were put into one fold. */
  found: number;
  /** That belong into one. */
  wanted: number;
  /** Of both, for the reason that is the right one. */
  right: number;
}

export interface Measured {
  transactions: number;
  events: number;
  byReason: Record<FoldReason, Score>;
  overall: Score;
  /** Transactions that lists leave out although they are no part of what is shown in their place. */
  hidden: number;
}

/** Folds transactions one by one, and compares with what they are known to be. */
export function measure(cases: readonly Labelled[]): Measured {
  const folds = foldAll(cases);
  const byReason = Object.fromEntries(
    FOLD_REASONS.map((reason) => [reason, { found: 0, wanted: 0, right: 0 }]),
  ) as Measured['byReason'];
  for (const group of grouped(cases, ({ event }) => event)) {
    const [{ reason } = { reason: null }] = group;
    if (reason !== null) byReason[reason].wanted += pairs(group.length);
  }
  for (const group of grouped(cases, (each) => foldId(folds, each))) {
    const reason = folds.get(idOf(group[0]!.transaction))!.reason;
    byReason[reason].found += pairs(group.length);
    for (const same of grouped(group, ({ event }) => event)) {
      if (same[0]?.reason === reason) byReason[reason].right += pairs(same.length);
    }
  }
  return {
    transactions: cases.length,
    events: grouped(cases, ({ event }) => event).length,
    byReason,
    overall: Object.values(byReason).reduce(added),
    hidden: wronglyHidden(cases, folds),
  };
}

function foldAll(cases: readonly Labelled[]): Map<string, Fold> {
  const folder = new Folder();
  const folds = new Map<string, Fold>();
  const heads = new Map<string, Fold>();
  for (const { transaction } of cases) {
    folder.take(transaction, true);
    const placed = folder.placements();
    for (const each of placed) {
      folds.set(idOf(each), each.fold);
      heads.set(idOf(each.fold), each.fold);
    }
    folder.touch(placed.map(idOf).filter((id) => id !== idOf(transaction)));
  }
  return new Map([...folds].map(([id, fold]) => [id, heads.get(idOf(fold)) ?? fold]));
}

const foldId = (folds: ReadonlyMap<string, Fold>, { transaction }: Labelled): string | null => {
  const fold = folds.get(idOf(transaction));
  return fold === undefined ? null : idOf(fold);
};

function wronglyHidden(cases: readonly Labelled[], folds: ReadonlyMap<string, Fold>): number {
  const events = new Map(cases.map(({ transaction, event }) => [idOf(transaction), event]));
  return cases.filter((each) => {
    const head = foldId(folds, each);
    if (head === null || head === idOf(each.transaction)) return false;
    return each.event === null || events.get(head) !== each.event;
  }).length;
}

/** Without those that are in no group. */
function grouped(
  cases: readonly Labelled[],
  nameOf: (each: Labelled) => string | null,
): Labelled[][] {
  const groups = new Map<string, Labelled[]>();
  for (const each of cases) {
    const name = nameOf(each);
    if (name === null) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return [...groups.values()];
}

const pairs = (count: number): number => (count * (count - 1)) / 2;

const added = (a: Score, b: Score): Score => ({
  found: a.found + b.found,
  wanted: a.wanted + b.wanted,
  right: a.right + b.right,
});

/** 1 where nothing was put together. */
export const precisionOf = ({ right, found }: Score): number => (found === 0 ? 1 : right / found);

/** 1 where nothing belongs together. */
export const recallOf = ({ right, wanted }: Score): number => (wanted === 0 ? 1 : right / wanted);
