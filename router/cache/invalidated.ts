import { LRUCache } from 'lru-cache';
import type { CacheEntry } from './entry';

/** A point in the order of invalidations. */
export type Mark = number;

interface Invalidation {
  mark: Mark;
  /** Epoch milliseconds. */
  at: number;
}

const REMEMBERED_TAGS = 50_000;
/** What another replica kept this shortly after may have been read before: it hears later, or its clock differs. */
const MARGIN_MS = 1_000;

/**
 * What was invalidated lately: an answer that was begun before must not be kept after it, and one that another
 * replica kept before must not be used. Of tags that had to be forgotten it is taken that they were meant.
 */
export class Invalidated {
  private latest: Mark = 0;
  private readonly forgotten: Invalidation = { mark: 0, at: -Infinity };
  private readonly byTag = new LRUCache<string, Invalidation>({
    max: REMEMBERED_TAGS,
    dispose: ({ mark, at }, _, reason) => {
      if (reason !== 'evict') return;
      this.forgotten.mark = Math.max(this.forgotten.mark, mark);
      this.forgotten.at = Math.max(this.forgotten.at, at);
    },
  });

  /** Now. */
  mark(): Mark {
    return this.latest;
  }

  add(tags: readonly string[], now: number): void {
    this.latest += 1;
    for (const tag of tags) this.byTag.set(tag, { mark: this.latest, at: now });
  }

  /** Some may have been missed. */
  addUnknown(): void {
    this.latest += 1;
    this.forgotten.mark = this.latest;
  }

  /** Whether one of the tags was, or may have been, invalidated after the mark. */
  isSince(mark: Mark, tags: readonly string[]): boolean {
    if (this.latest === mark) return false;
    return (
      this.forgotten.mark > mark || tags.some((tag) => (this.byTag.peek(tag)?.mark ?? 0) > mark)
    );
  }

  /** Whether an entry of another replica may be older than the invalidation of one of its tags. */
  isOutdated({ storedAt, tags }: CacheEntry): boolean {
    const latest = storedAt - MARGIN_MS;
    return (
      this.forgotten.at >= latest ||
      tags.some((tag) => (this.byTag.peek(tag)?.at ?? -Infinity) >= latest)
    );
  }
}
