import { describe, expect, it } from '@jest/globals';
import { BlockReader } from '../feeds/evm/block-reader';
import { ChainFollower } from '../feeds/evm/chain-follower';
import { followedChains } from '../feeds/evm/chains';
import { createEvmSource } from '../feeds/evm/evm-source';
import { Judge } from '../feeds/evm/large';
import { EvmNode } from '../feeds/evm/node';
import { noMemory } from '../feeds/memory';
import { liveOutside } from '../feeds/outside';
import { stampsOf } from '../feeds/stamps';
import type { Sighting } from '../rules/whale';
import { hex, newHash } from './evm-node';
import { DOLLARS, evmRig, paid } from './evm-rig';
import { silent, until } from './rig';

const rig = evmRig();

describe('a chain that is reorganised', () => {
  it('twelve blocks deep has what it left behind taken back, and what it took again kept', async () => {
    await rig.follow({ tokens: DOLLARS });
    const whales = Array.from({ length: 12 }, () => paid(1));
    for (const log of whales) rig.node.mine({ logs: [log] });
    await rig.untilShown(12);
    rig.node.undo(12);
    // The first three of them are in other blocks now, the others in none; there are two new ones.
    const fresh = [paid(3), paid(4)];
    const again = [[whales[2]!, fresh[0]!], [whales[0]!], [whales[1]!, fresh[1]!]];
    for (let block = 0; block < 13; block += 1) rig.node.mine({ logs: again[block] ?? [] });
    const standing = [...whales.slice(0, 3), ...fresh].map((log) => log.transactionHash).sort();
    await until(async () => String(await rig.hashes()) === String(standing));
    const all = await rig.shown(true);
    expect(all).toHaveLength(14);
    expect(
      all
        .filter(({ status }) => status === 'RETRACTED')
        .map(({ hash }) => hash)
        .sort(),
    ).toEqual(
      whales
        .slice(3)
        .map((log) => log.transactionHash)
        .sort(),
    );
  });

  it('has a transaction back that another block takes later, as it is there', async () => {
    await rig.follow({ tokens: DOLLARS });
    const hash = newHash();
    rig.node.mine({ logs: [paid(2, hash)] });
    await rig.untilShown(1);
    rig.node.undo(1);
    rig.node.mine();
    await rig.untilShown(0);
    expect((await rig.shown(true))[0]?.status).toBe('RETRACTED');
    rig.node.mine({ logs: [paid(1, hash)] });
    await rig.untilShown(1);
    expect((await rig.shown())[0]).toMatchObject({
      ...{ status: 'UNCONFIRMED', usd: '1000000', legs: [{ amount: '1000000' }] },
    });
  });

  it('that only takes logs back, with no block in their place yet, has them taken back too', async () => {
    await rig.follow({ tokens: DOLLARS });
    const [stays, goes] = [paid(1), paid(2)];
    rig.node.mine({ logs: [stays] });
    rig.node.mine({ logs: [goes] });
    await rig.untilShown(2);
    rig.node.undo(1);
    await rig.untilShown(1);
    expect(await rig.hashes()).toEqual([stays.transactionHash]);
  });

  it('while nobody was connected is found when somebody is again', async () => {
    await rig.follow({ tokens: DOLLARS });
    const [before, gone] = [paid(1), paid(2)];
    rig.node.mine({ logs: [before] });
    rig.node.mine({ logs: [gone] });
    await rig.untilShown(2);
    await rig.stopFeed();
    rig.node.undo(1);
    const after = paid(3);
    rig.node.mine({ logs: [after] });
    await rig.follow({ tokens: DOLLARS });
    const standing = [before, after].map((log) => log.transactionHash).sort();
    await until(async () => String(await rig.hashes()) === String(standing));
  });
});

describe('what was missed', () => {
  it('is read when the connection is there again, in parts where that is too much at once', async () => {
    await rig.follow({ tokens: DOLLARS });
    const first = await rig.settle();
    rig.node.mostLogs = 4;
    rig.node.asked = [];
    // Nobody is told of these; the connection breaks before the node tells of the last one.
    const missed = Array.from({ length: 70 }, (_, index) => {
      const log = paid(1);
      rig.node.add({ logs: [log, ...(index % 10 === 0 ? [paid(2), paid(3)] : [])] });
      return log.transactionHash;
    });
    rig.node.drop();
    await rig.untilShown(1 + 70 + 14);
    const shown = await rig.hashes();
    expect(new Set(shown).size).toBe(85);
    for (const hash of [first, ...missed]) expect(shown).toContain(hash);
    const ranges = rig.node.asked
      .filter(({ method }) => method === 'eth_getLogs')
      .map(({ params }) => params[0] as { fromBlock?: string; toBlock?: string })
      .flatMap(({ fromBlock, toBlock }) =>
        fromBlock === undefined ? [] : [Number(toBlock) - Number(fromBlock) + 1],
      );
    // Fifty at most at first, and then halves of halves.
    expect(Math.max(...ranges)).toBe(50);
    expect(Math.min(...ranges)).toBeLessThanOrEqual(3);
  });

  it('is read when the process is there again', async () => {
    await rig.follow({ tokens: DOLLARS });
    await rig.settle();
    await rig.stopFeed();
    for (let block = 0; block < 30; block += 1) rig.node.add({ logs: [paid(1)] });
    await rig.follow({ tokens: DOLLARS });
    await rig.untilShown(31);
  });
});

describe('what blocks have come to stand on', () => {
  const isSettled = async (): Promise<boolean> =>
    (await rig.shown()).every(({ status }) => status === 'CONFIRMED');

  it('is confirmed where a hundred of them are read at once', async () => {
    await rig.follow({ tokens: DOLLARS, confirmations: 12 });
    for (let block = 0; block < 11; block += 1) rig.node.mine({ logs: [paid(1)] });
    await rig.untilShown(11);
    expect((await rig.shown())[0]?.status).toBe('UNCONFIRMED');
    for (let block = 0; block < 99; block += 1) rig.node.add({});
    rig.node.mine();
    await until(isSettled);
    expect(await rig.shown()).toHaveLength(11);
  });

  it('is confirmed by as many as are remembered, although two come at once', async () => {
    for (let block = 0; block < 50; block += 1) rig.node.add({});
    await rig.follow({ tokens: DOLLARS, confirmations: 64 });
    const whale = paid(1);
    rig.node.mine({ logs: [whale] });
    await rig.untilShown(1);
    for (let block = 0; block < 61; block += 1) rig.node.add({});
    await rig.settle();
    // It is the 63rd from the top now, and never the 64th.
    rig.node.add({});
    rig.node.mine();
    await until(async () =>
      (await rig.shown()).some(
        ({ hash, status }) => hash === whale.transactionHash && status === 'CONFIRMED',
      ),
    );
  });

  it('is confirmed after so long an absence that not all blocks are made up for', async () => {
    const hashOf = (number: number): string => `0x${hex(number).slice(2).padStart(64, '0')}`;
    const newest = 8_000;
    const ask = async (_: string, [of]: unknown[]): Promise<unknown> => {
      const number = of === 'latest' || of === hashOf(newest) ? newest : Number(of);
      return {
        ...{ number: hex(number), hash: hashOf(number), parentHash: hashOf(number - 1) },
        ...{ timestamp: hex(number), transactions: [] },
      };
    };
    rig.node.chainId = 1;
    const [chain] = followedChains(rig.node.url, undefined);
    const node = new EvmNode({ ask }, { tokens: [] }, async () => undefined);
    const judgeAt = (time: number): Judge => new Judge(chain!, '1', () => null, time);
    const reader = new BlockReader({ ...chain!, tokens: [] }, node, judgeAt, silent);
    const whale: Sighting = {
      ...{ chain: 'ethereum', hash: newHash(), time: 0, source: 'ethereum-node', legs: [] },
    };
    const told: Sighting[] = [];
    const known = { number: 100, hash: hashOf(100), isConfirmed: false, isLeft: false };
    const follower = new ChainFollower({
      sink: { seen: async (sighting) => told.push(sighting) > 0 },
      memory: { ...noMemory, all: async () => [{ ...known, sightings: [whale] }] },
      ...{ confirmations: 12, stamp: stampsOf(Date.now), log: silent },
    });
    const nothing = { head: null, removed: new Set<string>() };
    await follower.catchUp({ node, reader }, nothing, new AbortController().signal);
    expect(told).toMatchObject([{ hash: whale.hash, state: { status: 'CONFIRMED' } }]);
  });
});

describe('a node', () => {
  it('whose newest block is old is said to be, and is believed all the same', async () => {
    await rig.follow({ tokens: DOLLARS, staleAfterSeconds: 60 });
    await rig.settle();
    await rig.untilConnected();
    expect((await rig.source())?.message).toBe('');
    const old = Math.floor(Date.now() / 1_000) - 3_600;
    rig.node.mine({ logs: [paid(1)], timestamp: old });
    await rig.untilShown(2);
    await until(async () => (await rig.source())?.message !== '');
    expect(await rig.source()).toMatchObject({
      ...{ name: `${rig.chain}-node`, isConnected: true, state: 'STALE' },
      message: expect.stringMatching(/is 36\d\d s old: the node is behind/),
    });
  });

  it('that answers with blocks of the past is said to, and nothing is taken back', async () => {
    await rig.follow({ tokens: DOLLARS });
    for (let block = 0; block < 5; block += 1) rig.node.mine({ logs: [paid(1)] });
    await rig.untilShown(5);
    rig.node.behind = 3;
    rig.node.tellOf(rig.node.newest);
    await until(async () => (await rig.source())?.message !== '');
    expect((await rig.source())?.message).toMatch(/fallen behind: .*, 3 blocks before/);
    expect(await rig.shown()).toHaveLength(5);
    rig.node.behind = 0;
    await rig.settle();
    expect(await rig.shown()).toHaveLength(6);
    await until(async () => (await rig.source())?.message === '');
  });

  it('that tells of nothing is asked every now and then, and said to', async () => {
    rig.node.hasSubscriptions = false;
    const ending = new AbortController();
    const [seen, told]: [Sighting[], string[]] = [[], []];
    rig.node.chainId = 1;
    const [chain] = followedChains(rig.node.url, undefined);
    const source = createEvmSource({
      ...{ chain: chain!, minUsd: '250000', priceAt: () => null, memory: noMemory },
      ...{ outside: liveOutside, stamp: stampsOf(Date.now), log: silent, lookMs: 20 },
    });
    const running = source.run(
      {
        seen: async (sighting) => seen.push(sighting) > 0,
        connected: (message = '') => void told.push(message),
        disconnected: (reason) => void told.push(reason),
      },
      ending.signal,
    );
    await until(async () => told.length > 0);
    const log = paid(1);
    rig.node.mine({ logs: [log] });
    await until(async () => seen.length > 0);
    expect(seen[0]).toMatchObject({ hash: log.transactionHash, source: 'ethereum-node' });
    expect(told.at(-1)).toMatch(/does not tell of new blocks/);
    ending.abort();
    await running;
  });
});
