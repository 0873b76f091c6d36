import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { whaleTransactionsStored } from '@spyhop/platform/topics';
import type { WhaleTransaction } from '../rules/whale';
import type { Stored } from './journal';
import type { TransactionStore } from './transactions';

/** Takes transactions in the order of storing, each once. */
export type TakeStored = (transactions: readonly WhaleTransaction[]) => void;

const BATCH = 500;
/** How often it looks although nobody has said that there is something, in ms. */
const LOOK_MS = 2_000;

/**
 * Reads what is stored as it is stored, once for all viewers of this process. The database is what counts:
 * an announcement only makes it look sooner.
 */
export class StoredTail {
  private readonly takers = new Set<TakeStored>();
  private reading: Promise<void> | null = null;
  /** Up to which something is said to be stored. */
  private announced = 0;
  /** Of the newest transaction that was handed out; null before the first look. */
  private position: number | null = null;

  constructor(
    private readonly store: Pick<TransactionStore, 'storedAfter' | 'newestPosition'>,
    private readonly log: Log,
  ) {}

  async start(live: Pick<LiveEvents, 'subscribe' | 'onResumed'>): Promise<Stop> {
    const events = await live.subscribe(whaleTransactionsStored, ['all'], 'newest-per-key');
    const forgetResume = live.onResumed(() => this.look());
    const timer = setInterval(() => this.look(), LOOK_MS);
    void this.listen(events);
    this.look();
    return async () => {
      clearInterval(timer);
      forgetResume();
      await events.return?.();
      await this.reading;
    };
  }

  /** Hands out what is stored from now on, until the returned function is called. */
  add(take: TakeStored): () => void {
    this.takers.add(take);
    return () => this.takers.delete(take);
  }

  /** Looks at what is stored, unless it has read up to there. */
  look(position = Infinity): void {
    this.announced = Math.max(this.announced, position);
    if (this.reading !== null || this.announced <= (this.position ?? 0)) return;
    this.announced = 0;
    this.reading = this.read()
      .catch((err: unknown) => this.log.debug({ err }, 'stored transactions cannot be read'))
      .finally(() => {
        this.reading = null;
        this.look(0);
      });
  }

  /** Hands out what this process has just stored, where it has read up to there; else looks at what is stored. */
  follow(stored: Stored): void {
    const { after, position, transactions } = stored;
    if (transactions === null || this.reading !== null || this.position !== after) {
      return this.look(position);
    }
    this.position = position;
    this.handOut(transactions);
  }

  private async listen(events: AsyncIterable<{ position: number }>): Promise<void> {
    for await (const { position } of events) this.look(position);
  }

  private async read(): Promise<void> {
    this.position ??= await this.store.newestPosition();
    for (;;) {
      const some = await this.store.storedAfter(this.position, BATCH);
      this.position = some.at(-1)?.position ?? this.position;
      if (some.length > 0) this.handOut(some);
      if (some.length < BATCH) return;
    }
  }
  private handOut(transactions: readonly WhaleTransaction[]): void {
    for (const take of this.takers) take(transactions);
  }
}
