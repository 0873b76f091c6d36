import { LRUCache } from 'lru-cache';

/** Most statements that a session of the database keeps parsed and planned, some ten kB each. */
const MOST_NAMED = 200;
/** Texts of which it is remembered that they were seen. */
const MOST_SEEN = 1_000;

/**
 * Names statements that come again, so that each session parses them once; those that come once, and what is beyond
 * the bound, stay without a name, which is the empty text.
 */
export function nameStatements(): (statement: { sql: string }) => string {
  const names = new Map<string, string>();
  const seen = new LRUCache<string, true>({ max: MOST_SEEN });
  return ({ sql }) => {
    const name = names.get(sql);
    if (name !== undefined) return name;
    if (names.size >= MOST_NAMED || !seen.has(sql)) {
      seen.set(sql, true);
      return '';
    }
    const next = `spyhop_${names.size + 1}`;
    names.set(sql, next);
    return next;
  };
}
