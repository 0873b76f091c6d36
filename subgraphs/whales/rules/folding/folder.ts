import { idOf } from '../whale';
import { foldChange } from './change';
import type { Fold } from './fold';
import { foldDeposit, foldInternal } from './internal';
import type { Joining } from './joining';
import { foldPeelChain } from './peel-chain';
import { type Entry, type Foldable, Window, entryOf } from './window';

/** Transactions that are remembered, the newest ones; of older ones nothing is folded any more. */
export const REMEMBERED = 4_096;

/** A transaction whose fold has changed, or that has joined one. */
export interface Placement {
  chain: string;
  hash: string;
  fold: Fold;
}

/**
 * Decides which transactions are one event, as they come: each begins a fold with earlier ones, joins one, or
 * stands alone. What it remembers are the newest transactions in the order of their positions, so that it goes on
 * in the same way when it is made anew from those.
 */
export class Folder {
  private readonly window = new Window(REMEMBERED);
  /** One for all members of a fold, by its id. */
  private readonly folds = new Map<string, { current: Fold }>();
  private readonly placed = new Map<string, Placement>();

  /** Takes a transaction, new or known better now, and decides where it belongs. */
  take(transaction: Foldable, isNew: boolean): void {
    const entry = entryOf(transaction);
    if (entry === null) return;
    const known = this.window.get(entry.id);
    // Too old for anything to change.
    if (known === undefined && !isNew) return;
    const { fold } = transaction;
    entry.fold = known?.fold ?? (fold && this.shared(fold));
    const joining = entry.fold === null ? decide(entry, this.window) : null;
    if (isNew) this.window.add(entry);
    else this.window.replace(entry);
    if (joining !== null) this.join(joining);
  }

  /** Nothing is folded with it any more. */
  drop(transaction: Pick<Foldable, 'chain' | 'hash'>): void {
    const known = this.window.get(idOf(transaction));
    if (known !== undefined) this.window.forget(known);
  }

  /** Takes one whose fold is known, as the newest. */
  restore(transaction: Foldable): void {
    const entry = entryOf(transaction);
    if (entry === null) return;
    const { fold } = transaction;
    entry.fold = fold && this.shared(fold);
    if (entry.fold !== null && fold !== null) entry.fold.current = fold;
    this.window.add(entry);
  }

  /** All that was placed anew since the last time, heads of folds that have changed among them. */
  placements(): Placement[] {
    const placements = [...this.placed.values()].map(({ chain, hash, fold }) => ({
      ...{ chain, hash, fold: this.folds.get(idOf(fold))?.current ?? fold },
    }));
    this.placed.clear();
    return placements;
  }

  /** What was given a later position counts as newer. */
  touch(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.window.get(id);
      if (entry !== undefined) this.window.add(entry);
    }
  }

  private join({ into, members, fold }: Joining): void {
    const shared = into ?? this.shared(fold);
    shared.current = fold;
    this.placed.set(idOf(fold), { chain: fold.chain, hash: fold.hash, fold });
    for (const member of members) {
      const entry = this.window.get(member.id);
      if (entry !== undefined) entry.fold = shared;
      this.placed.set(member.id, { chain: member.chain, hash: member.hash, fold });
    }
  }

  private shared(fold: Fold): { current: Fold } {
    const known = this.folds.get(idOf(fold));
    if (known !== undefined) return known;
    if (this.folds.size >= 2 * REMEMBERED) this.forgetFolds();
    const shared = { current: fold };
    this.folds.set(idOf(fold), shared);
    return shared;
  }

  /** Those of which no member is remembered. */
  private forgetFolds(): void {
    const needed = new Set([...this.window.all()].map(({ fold }) => fold));
    for (const [id, shared] of this.folds) if (!needed.has(shared)) this.folds.delete(id);
  }
}

function decide(entry: Entry, window: Window): Joining | null {
  if (entry.owner !== null) return foldInternal(entry, window);
  return foldDeposit(entry, window) ?? foldPeelChain(entry, window) ?? foldChange(entry, window);
}
