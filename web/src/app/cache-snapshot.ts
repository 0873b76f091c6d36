import type { InMemoryCache, NormalizedCacheObject } from '@apollo/client';
import { publicPart } from './private-data';

const KEY = 'spyhop.last-seen';
/** Raised when what the cache holds changes its meaning. */
const VERSION = 1;
const LONGEST_AGE_MS = 24 * 3_600_000;
/** Browsers allow about 5 million characters for everything that a site keeps. */
const MOST_CHARACTERS = 2_000_000;

interface Snapshot {
  version: number;
  /** Epoch ms. */
  savedAt: number;
  data: NormalizedCacheObject;
}

function parseSnapshot(text: string | null, now: number): NormalizedCacheObject | null {
  try {
    const { version, savedAt, data } = JSON.parse(text ?? '{}') as Partial<Snapshot>;
    const age = now - (savedAt ?? 0);
    return version === VERSION && age >= 0 && age <= LONGEST_AGE_MS && data ? data : null;
  } catch {
    return null;
  }
}

/** Fills the cache with what the last visit saw, so that the first paint waits for nobody. */
export function restoreCache(cache: InMemoryCache, storage: Storage, now: number): void {
  try {
    const data = parseSnapshot(storage.getItem(KEY), now);
    if (data) cache.restore(data);
  } catch {
    // Without storage the first paint waits for the network, as on a first visit.
  }
}

/** Keeps what the cache holds for the next visit, but nothing that is somebody's own. */
export function keepCache(cache: InMemoryCache, storage: Storage, now: number): void {
  const data = publicPart(cache.extract() as NormalizedCacheObject);
  const snapshot: Snapshot = { version: VERSION, savedAt: now, data };
  const text = JSON.stringify(snapshot);
  try {
    if (text.length <= MOST_CHARACTERS) storage.setItem(KEY, text);
  } catch {
    // A full or forbidden storage costs the head start, nothing else.
  }
}
