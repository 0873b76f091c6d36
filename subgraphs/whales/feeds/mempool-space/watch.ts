import type { WhaleState } from '@spyhop/platform/topics';
import { z } from 'zod';
import { Sighting } from '../../rules/whale';
import type { Memory } from '../memory';

/** A transaction of Bitcoin that was told of, and of which more may become. */
export const Watched = z.object({
  sighting: Sighting,
  /** Of the block that holds it; null while none does. */
  height: z.number().nullable(),
  /** When it was told of first, epoch ms. */
  since: z.number(),
});
export type Watched = z.infer<typeof Watched>;

/** What was learned of a transaction; its block's height is null where none holds it. */
export interface Found {
  sighting: Sighting;
  height: number | null;
}

/** Blocks after which nobody expects it to be left behind any more. */
const SETTLED_AFTER = 6;
/** More are not watched: of the oldest nothing more is told. */
const MOST_WATCHED = 2_000;

/** Transactions that are not settled yet, over restarts of the process; those to ask for are handed out by turns. */
export class Watch {
  private readonly watched = new Map<string, Watched>();
  private readonly doubted = new Set<string>();
  private restored: Promise<void> | null = null;
  /** Height of the newest block; 0 before any is known. */
  private tip = 0;

  constructor(
    private readonly memory: Memory<Watched>,
    private readonly stamp: () => number,
  ) {}

  /** What an earlier process has watched; all of it is to be asked for. */
  restore(): Promise<void> {
    this.restored ??= this.memory.all().then((all) => {
      const oldest = [...all].sort((a, b) => a.since - b.since);
      for (const each of oldest) this.watched.set(each.sighting.hash, each);
      this.doubtAll();
    });
    return this.restored.catch((err: unknown) => {
      this.restored = null;
      throw err;
    });
  }

  get(txid: string): Watched | undefined {
    return this.watched.get(txid);
  }

  /** What is known of a transaction that was found, for whoever is told of it. */
  stateOf({ height }: Pick<Found, 'height'>): WhaleState {
    const confirmations = height === null ? 0 : Math.max(1, this.tip - height + 1);
    const status = height === null ? 'UNCONFIRMED' : 'CONFIRMED';
    return { status, at: this.stamp(), confirmations, replacedBy: null };
  }

  /** Of one that is gone: dropped, unless a block had it. */
  stateOfGone({ height }: Watched): WhaleState {
    const status = height === null ? 'DROPPED' : 'RETRACTED';
    return { status, at: this.stamp(), confirmations: 0, replacedBy: null };
  }

  stateOfReplaced(replacedBy: string): WhaleState {
    return { status: 'REPLACED', at: this.stamp(), confirmations: 0, replacedBy };
  }

  /** Watches it from now on, as it was found. */
  async keep({ sighting, height }: Found): Promise<void> {
    const { hash } = sighting;
    if (this.isSettled(height)) return this.forget([hash]);
    const since = this.watched.get(hash)?.since ?? this.stamp();
    this.watched.set(hash, { sighting, height, since });
    await this.memory.keep(hash, { sighting, height, since });
    const many = this.watched.size - MOST_WATCHED;
    if (many > 0) await this.forget([...this.watched.keys()].slice(0, many));
  }

  async forget(txids: readonly string[]): Promise<void> {
    for (const txid of txids) {
      this.watched.delete(txid);
      this.doubted.delete(txid);
    }
    await this.memory.forget(txids);
  }

  /** A block of this height: what it settles is not watched any more. */
  async grow(height: number): Promise<void> {
    this.tip = Math.max(this.tip, height);
    const settled = [...this.watched].filter(([, each]) => this.isSettled(each.height));
    await this.forget(settled.map(([txid]) => txid));
  }

  private isSettled(height: number | null): boolean {
    return height !== null && this.tip - height + 1 >= SETTLED_AFTER;
  }

  /** Has those asked for that are watched. */
  doubt(txids: readonly string[]): void {
    for (const txid of txids) if (this.watched.has(txid)) this.doubted.add(txid);
  }

  doubtAll(): void {
    this.doubt([...this.watched.keys()]);
  }

  /** The next one to ask for. */
  nextDoubted(): string | undefined {
    const [txid] = this.doubted;
    if (txid !== undefined) this.doubted.delete(txid);
    return txid;
  }
}
