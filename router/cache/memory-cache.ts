import { LRUCache } from 'lru-cache';
import { type CacheEntry, expiryOf } from './entry';

/** What an entry costs besides its texts, about: objects, and its places in maps. */
const ENTRY_OVERHEAD_BYTES = 256;
const TAG_OVERHEAD_BYTES = 128;

/** The entries used last, bounded by bytes, findable by tag. */
export class MemoryCache {
  private readonly entries: LRUCache<string, CacheEntry>;
  private readonly byTag = new Map<string, Set<string>>();

  constructor(maxBytes: number) {
    this.entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: sizeOf,
      dispose: (entry, key) => this.forgetTags(key, entry),
    });
  }

  get(key: string, now: number): CacheEntry | undefined {
    const entry = this.entries.get(key);
    if (!entry || now < expiryOf(entry)) return entry;
    this.entries.delete(key);
    return undefined;
  }

  set(key: string, entry: CacheEntry): void {
    this.entries.set(key, entry);
    if (!this.entries.has(key)) return;
    for (const tag of entry.tags) {
      const keys = this.byTag.get(tag);
      if (keys) keys.add(key);
      else this.byTag.set(tag, new Set([key]));
    }
  }

  deleteTagged(tag: string): void {
    for (const key of [...(this.byTag.get(tag) ?? [])]) this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  /** Bytes that the entries take, about. */
  get size(): number {
    return this.entries.calculatedSize;
  }

  private forgetTags(key: string, { tags }: CacheEntry): void {
    for (const tag of tags) {
      const keys = this.byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.byTag.delete(tag);
    }
  }
}

const sizeOf = ({ body, tags }: CacheEntry, key: string): number =>
  tags.reduce(
    (sum, tag) => sum + 2 * tag.length + TAG_OVERHEAD_BYTES,
    body.length + 2 * key.length + ENTRY_OVERHEAD_BYTES,
  );
