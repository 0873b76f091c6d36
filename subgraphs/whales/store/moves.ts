import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@spyhop/platform/log';
import { PushedStream } from '@spyhop/platform/pushed-stream';
import { type WhaleFilter, keyOf, matches } from '../rules/filter';
import type { WhaleTransaction } from '../rules/whale';
import type { StoredTail } from './stored-tail';
import type { TransactionStore } from './transactions';

/** Transactions that wait for a viewer; one that has more to read reads them from the database. */
const MOST_WAITING = 200;
const PAGE = 500;
const RETRY_MS = 500;

type Store = Pick<TransactionStore, 'storedAfter'>;

/** Stored transactions as live streams: each distinct filter is matched once, for all who have it. */
export class Moves {
  private readonly byFilter = new Map<string, Set<MoveStream>>();
  private readonly leaves = new Map<string, () => void>();

  constructor(
    private readonly tail: Pick<StoredTail, 'add'>,
    private readonly store: Store,
    private readonly log: Log,
  ) {}

  /** What matches from a position on, in the order of storing, without a gap or a double. */
  stream(filter: WhaleFilter, after: number): AsyncIterableIterator<WhaleTransaction> {
    const key = keyOf(filter);
    const viewers = this.viewersOf(key, filter);
    const stream = new MoveStream({
      ...{ filter, after, store: this.store, log: this.log },
      onClose: () => {
        viewers.delete(stream);
        if (viewers.size === 0) this.forget(key);
      },
    });
    viewers.add(stream);
    return stream.out;
  }

  private viewersOf(key: string, filter: WhaleFilter): Set<MoveStream> {
    const known = this.byFilter.get(key);
    if (known !== undefined) return known;
    const viewers = new Set<MoveStream>();
    const leave = this.tail.add((transactions) => {
      const matching = transactions.filter((transaction) => matches(filter, transaction));
      if (matching.length > 0) for (const viewer of viewers) viewer.push(matching);
    });
    this.byFilter.set(key, viewers);
    this.leaves.set(key, leave);
    return viewers;
  }

  private forget(key: string): void {
    this.leaves.get(key)?.();
    this.leaves.delete(key);
    this.byFilter.delete(key);
  }
}

interface MoveStreamParts {
  filter: WhaleFilter;
  /** Position of the last transaction that was seen. */
  after: number;
  store: Store;
  log: Log;
  onClose: () => void;
}

/**
 * One viewer's stream. Who has fallen behind, or begins in the past, reads from the database until there is
 * nothing more, while what is stored meanwhile waits; both know positions, so nothing comes twice.
 */
class MoveStream {
  readonly out: PushedStream<WhaleTransaction>;
  private waiting: WhaleTransaction[] = [];
  /** Up to this position everything was handed out or waits. */
  private readTo: number;
  /** There is something in the database that neither was handed out nor waits. */
  private isBehind = true;
  private isReading = false;
  private isClosed = false;

  constructor(private readonly parts: MoveStreamParts) {
    this.readTo = parts.after;
    this.out = new PushedStream<WhaleTransaction>({
      take: () => this.take(),
      close: () => {
        this.isClosed = true;
        this.waiting = [];
        parts.onClose();
      },
    });
  }

  push(transactions: readonly WhaleTransaction[]): void {
    if (this.isBehind) return;
    const news = transactions.filter(({ position }) => position > this.readTo);
    if (this.waiting.length + news.length > MOST_WAITING) this.isBehind = true;
    else this.wait(news);
    this.out.notify();
  }

  private wait(transactions: readonly WhaleTransaction[]): void {
    this.waiting.push(...transactions);
    if (!this.isReading) this.readTo = transactions.at(-1)?.position ?? this.readTo;
  }

  private take(): WhaleTransaction | undefined {
    // What waits meanwhile comes behind what is being read, and may be part of it.
    if (this.isReading) return undefined;
    const next = this.waiting.shift();
    if (next === undefined && this.isBehind) void this.catchUp();
    return next;
  }

  private async catchUp(): Promise<void> {
    this.isReading = true;
    // What is stored from here on is either in the page or pushed, or both.
    for (this.isBehind = false; !this.isClosed; this.isBehind = false) {
      const page = await this.parts.store.storedAfter(this.readTo, PAGE).catch(this.wasNotRead);
      if (page === null) await sleep(RETRY_MS);
      else if (this.takeOver(page)) break;
    }
    this.isReading = false;
    this.out.notify();
  }

  private readonly wasNotRead = (err: unknown): null => {
    this.parts.log.debug({ err }, 'missed transactions cannot be read; trying again');
    return null;
  };

  /** True where there is something to hand out, or nothing more to read. */
  private takeOver(page: readonly WhaleTransaction[]): boolean {
    const last = page.at(-1)?.position ?? this.readTo;
    const pushed = this.waiting.filter(({ position }) => position > last);
    this.waiting = page.filter((transaction) => matches(this.parts.filter, transaction));
    this.readTo = last;
    // Behind a full page more may lie before what was pushed.
    if (page.length === PAGE) this.isBehind = true;
    else if (!this.isBehind) {
      this.waiting.push(...pushed);
      this.readTo = pushed.at(-1)?.position ?? last;
    }
    return this.waiting.length > 0 || page.length < PAGE;
  }
}
