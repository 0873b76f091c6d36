import { describe, expect, it } from '@jest/globals';
import { shardOf, shardsOf } from './feed-shards';

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA', 'DOGE', 'LTC', 'BNB', 'DOT', 'LINK'];

describe('the shards of the market feed', () => {
  it('hold every symbol exactly once', () => {
    for (const count of [1, 2, 3, 7]) {
      const shards = shardsOf(SYMBOLS, count);
      expect(shards.flatMap(({ symbols }) => symbols).sort()).toEqual([...SYMBOLS].sort());
      expect(shards.length).toBeLessThanOrEqual(count);
      for (const shard of shards) expect(shard.symbols.every((s) => shard.has(s))).toBe(true);
    }
  });

  it('are as many as have symbols, and every one knows all of them', () => {
    const shards = shardsOf(['BTC', 'ETH'], 64);
    const indexes = shards.map(({ index }) => index);
    expect(indexes).toHaveLength(2);
    for (const { all } of shards) expect(all).toEqual(indexes);
    expect(shards.map(({ isFirst }) => isFirst)).toEqual([true, false]);
  });

  it('care for a symbol that is not followed any more too, one of them', () => {
    const shards = shardsOf(['BTC', 'ETH'], 64);
    for (const former of SYMBOLS) expect(shards.filter((s) => s.has(former))).toHaveLength(1);
  });

  it('keep their symbols when others come, in every version of the product', () => {
    // `printf BTC | sha256sum` begins with da8562e7, that of ETH with f4a37606.
    expect(shardOf('BTC', 4)).toBe(0xda8562e7 % 4);
    expect(shardOf('ETH', 1_000)).toBe(0xf4a37606 % 1_000);
  });

  it('share a long list about evenly', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => `S${at}`);
    for (const { symbols } of shardsOf(many, 4)) {
      expect(symbols.length).toBeGreaterThan(200);
      expect(symbols.length).toBeLessThan(300);
    }
  });
});
