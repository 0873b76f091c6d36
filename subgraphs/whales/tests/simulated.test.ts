import { describe, expect, it } from '@jest/globals';
import { slotOf, storiesOf } from '../feeds/simulated/stories';
import { findPatterns } from '../rules/patterns/find';
import { Histories } from '../rules/patterns/histories';
import type { Sighting, WhaleTransaction } from '../rules/whale';
import { wellKnownChains } from '../rules/chains';
import { readWallet } from '../rules/wallet';

const DAY_SLOTS = 24 * 6;
const FIRST_SLOT = Math.floor(Date.UTC(2025, 0, 1) / 600_000);

const day = (seed: string) =>
  Array.from({ length: DAY_SLOTS }, (_, index) =>
    storiesOf(seed, FIRST_SLOT + index, () => '100'),
  ).flat(2);

const wallets = (seed: string) =>
  day(seed)
    .flatMap(({ sightings }) => sightings)
    .flatMap(({ chain, legs }) =>
      legs
        .flatMap(({ from, to }) => [...from, ...to])
        .map(({ address }) => ({ chain, address: address ?? '' })),
    );

describe('a day of the simulation', () => {
  it('has only wallets that can be opened, on each of its chains', () => {
    const all = wallets('a');
    for (const wallet of all) expect(readWallet(wallet, wellKnownChains)).toEqual(wallet);
    expect(new Set(all.map(({ chain }) => chain))).toEqual(
      new Set(['bitcoin', 'ethereum', 'tron', 'solana', 'ripple', 'dogecoin']),
    );
  });

  it('has addresses as they are on their chains', () => {
    const of = (wanted: string) =>
      wallets('a').flatMap(({ chain, address }) => (chain === wanted ? [address] : []));
    // Base 58 leaves out what looks alike: 0, O, I and l. 32 bytes take 43 or 44 letters, rarely one less.
    for (const address of of('solana')) expect(address).toMatch(/^[1-9A-HJ-NP-Za-km-z]{42,44}$/);
    for (const address of of('tron')) expect(address).toMatch(/^T[1-9A-HJ-NP-Za-km-z]{33}$/);
    for (const address of of('bitcoin')) expect(address).toMatch(/^bc1q[ac-hj-np-z02-9]{38}$/);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(wallets('a')).toEqual(wallets('a'));
    const others = new Set(wallets('b').map(({ address }) => address));
    const unknown = wallets('a').filter(({ address }) => !others.has(address));
    expect(unknown.length).toBeGreaterThan(1_000);
  });
});

describe('coins of the simulation', () => {
  const SLOTS_PER_HOUR = 6;
  const HOUR = 3_600_000;
  const DAY = 24 * HOUR;

  /** So many hours, in the order of time. */
  const hours = (seed: string, count: number): Sighting[] =>
    Array.from({ length: count * SLOTS_PER_HOUR }, (_, slot) =>
      slotOf(seed, FIRST_SLOT + slot, () => '100'),
    )
      .flat()
      .sort((a, b) => a.time - b.time);

  const stored = ({ source, legs, ...sighting }: Sighting, position: number): WhaleTransaction => ({
    ...{ ...sighting, position, firstPosition: position, sources: [source], fold: null },
    legs: legs.map(({ statedUsd: _, ...leg }) => ({ ...leg, usd: '1000000', usdBasis: 'CANDLES' })),
    state: { status: 'CONFIRMED', at: sighting.time, confirmations: null, replacedBy: null },
  });

  const awakened = (seed: string, count: number) =>
    findPatterns(hours(seed, count).map(stored), {
      ...{ histories: new Histories([]), windows: new Map(), hours: new Map() },
    }).filter(({ rule }) => rule === 'DORMANT_COINS');

  it('have an age on Bitcoin alone: most of them have come within the day, few have rested for years', () => {
    const all = hours('a', 240);
    const ages = all.flatMap(({ time, legs }) =>
      legs.flatMap(({ coinsSince }) => (coinsSince === undefined ? [] : [time - coinsSince])),
    );
    const known = all.filter(({ legs }) => legs.some((leg) => leg.coinsSince !== undefined));
    expect(new Set(known.map(({ chain }) => chain))).toEqual(new Set(['bitcoin']));
    const share = (test: (age: number) => boolean): number =>
      ages.filter(test).length / ages.length;
    expect(Math.min(...ages)).toBeGreaterThan(0);
    expect(share((age) => age < DAY)).toBeGreaterThan(0.7);
    expect(share((age) => age > 365 * DAY)).toBeGreaterThan(0.01);
    expect(share((age) => age > 365 * DAY)).toBeLessThan(0.06);
    // None is older than Bitcoin, whose first block is of 2009-01-03.
    const first = Math.min(
      ...all.flatMap(({ legs }) => legs.flatMap((leg) => leg.coinsSince ?? [])),
    );
    expect(first).toBeGreaterThanOrEqual(Date.UTC(2009, 0, 3));
  });

  it('move after long about once in two hours, and never many at once', () => {
    const patterns = awakened('a', 240);
    expect(patterns.length / 240).toBeGreaterThan(0.2);
    expect(patterns.length / 240).toBeLessThan(1);
    const perHour = new Map<number, number>();
    for (const { time } of patterns) {
      const hour = Math.floor(time / HOUR);
      perHour.set(hour, (perHour.get(hour) ?? 0) + 1);
    }
    expect(Math.max(...perHour.values())).toBeLessThanOrEqual(5);
    for (const { figures } of patterns) {
      const days = Number(figures.find(({ name }) => name === 'ageDays')?.value);
      expect(days).toBeGreaterThanOrEqual(30);
    }
  });
});
