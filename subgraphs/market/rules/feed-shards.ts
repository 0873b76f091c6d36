import { createHash } from 'node:crypto';

/** A part of the followed symbols that one feed process leads at a time. */
export interface FeedShard {
  index: number;
  /** The first shard also cares for what concerns the whole market. */
  isFirst: boolean;
  /** All shards that have symbols, in order. */
  all: readonly number[];
  symbols: readonly string[];
  /** Whether a symbol belongs here, also one that is not followed any more. */
  has(symbol: string): boolean;
}

/** The shard of a symbol, from 0 to `count` - 1: the same for ever, whatever other symbols there are. */
export const shardOf = (symbol: string, count: number): number =>
  createHash('sha256').update(symbol).digest().readUInt32BE() % count;

/** The symbols divided into at most `count` shards. */
export function shardsOf(symbols: readonly string[], count: number): FeedShard[] {
  const all = [...new Set(symbols.map((symbol) => shardOf(symbol, count)))].sort((a, b) => a - b);
  return all.map((index) => {
    const isFirst = index === all[0];
    const has = (symbol: string): boolean => {
      const shard = shardOf(symbol, count);
      return shard === index || (isFirst && !all.includes(shard));
    };
    return { index, isFirst, all, symbols: symbols.filter(has), has };
  });
}

/** The lease under which a shard is led. */
export const feedLease = (shard: number): string => `market-feed:${String(shard)}`;
