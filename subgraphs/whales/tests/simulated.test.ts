import { describe, expect, it } from '@jest/globals';
import { storiesOf } from '../feeds/simulated/stories';
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
    for (const wallet of all) expect(readWallet(wallet)).toEqual(wallet);
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
