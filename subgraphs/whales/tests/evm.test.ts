import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { type NodeLog, address, hex, newHash, transferLog } from './evm-node';
import { EvmRig } from './evm-rig';
import { until } from './rig';

let rig: EvmRig;
beforeAll(async () => void (rig = await EvmRig.open()));
afterAll(() => rig?.stop());
beforeEach(() => rig.begin());
afterEach(() => rig.end());

/** A busy machine takes its time; what is waited for is the thing itself. */
const PATIENCE_MS = 60_000;
jest.setTimeout(180_000);
const [ALICE, BOB, CAROL] = [address(0xa11ce), address(0xb0b), address(0xca201)];
const USDT = '0xdac17f958d2ee523a2206206994597c13d831ec7';
const ODD = address(0x0dd);
const DOLLARS = [{ address: USDT, symbol: 'USDT', decimals: 6 }];
const millions = (count: number): bigint => BigInt(count) * 1_000_000n * 1_000_000n;

const paid = (count: number, hash?: string): NodeLog =>
  transferLog(USDT, [ALICE, BOB], millions(count), hash);

const shownHashes = async (): Promise<string[]> =>
  (await rig.shown()).map(({ hash }) => hash).sort();

const untilShown = (count: number): Promise<void> =>
  until(async () => (await rig.shown()).length === count, PATIENCE_MS);

/** Until all blocks so far were looked at: one more whale comes in a block on top of them. */
async function settle(): Promise<string> {
  const last = paid(9);
  rig.node.mine({ logs: [last] });
  await until(async () => (await shownHashes()).includes(last.transactionHash), PATIENCE_MS);
  return last.transactionHash;
}

describe('a transaction of a chain like Ethereum', () => {
  it('is told of with its block, and again once enough blocks confirm it', async () => {
    await rig.follow({ tokens: DOLLARS, confirmations: 4 });
    await until(async () => (await rig.source())?.isConnected === true, PATIENCE_MS);
    const log = paid(2);
    const { timestamp } = rig.node.mine({ logs: [log, transferLog(USDT, [ALICE, BOB], 5n)] });
    await untilShown(1);
    expect(await rig.shown()).toEqual([
      {
        ...{ hash: log.transactionHash, time: new Date(timestamp * 1_000).toISOString() },
        ...{ status: 'UNCONFIRMED', confirmations: 1, usd: '2000000' },
        legs: [
          {
            ...{ symbol: 'USDT', kind: 'TRANSFER', amount: '2000000' },
            ...{ from: [{ address: ALICE }], to: [{ address: BOB }] },
          },
        ],
      },
    ]);
    for (let block = 0; block < 3; block += 1) rig.node.mine();
    await until(async () => (await rig.shown())[0]?.status === 'CONFIRMED', PATIENCE_MS);
    expect((await rig.shown())[0]?.confirmations).toBe(4);
  });

  it('has a leg for each asset, and counts what passes through somebody once', async () => {
    const hash = newHash();
    const decimals = 0;
    const tokens = [...DOLLARS, { address: ODD, symbol: 'ODD', decimals, atLeast: '1' }];
    await rig.follow({ tokens });
    rig.node.mine({
      transactions: [{ hash, from: ALICE, to: BOB, value: hex(150n * 10n ** 18n) }],
      logs: [
        transferLog(USDT, [ALICE, BOB], millions(3), hash),
        transferLog(USDT, [BOB, CAROL], millions(3), hash),
        transferLog(USDT, [ALICE, CAROL], millions(1), hash),
        transferLog(ODD, [ALICE, BOB], 7n, hash),
        transferLog(ODD, [BOB, ALICE], 7n, hash),
      ],
    });
    await untilShown(1);
    const moved = (await rig.shown())[0]?.legs.map(({ symbol, amount, to }) => [
      ...[symbol, amount],
      to.map((party) => party.address),
    ]);
    // All of ODD came back, so none of it has moved.
    expect(moved).toEqual([
      ['COIN', '150', [BOB]],
      ['USDT', '4000000', [CAROL]],
    ]);
  });

  it('is a mint from the zero address, and a burn to it', async () => {
    await rig.follow({ tokens: DOLLARS });
    const zero = address(0);
    const made = transferLog(USDT, [zero, BOB], millions(5));
    const burned = transferLog(USDT, [BOB, zero], millions(6));
    rig.node.mine({ logs: [made, burned] });
    await untilShown(2);
    const kinds = Object.fromEntries(
      (await rig.shown()).map(({ hash, legs }) => [hash, [legs[0]?.kind, legs[0]?.from.length]]),
    );
    expect(kinds).toEqual({
      [made.transactionHash]: ['MINT', 0],
      [burned.transactionHash]: ['BURN', 1],
    });
  });

  it('that has failed has moved none of the coin', async () => {
    await rig.follow({ tokens: [] });
    const value = hex(500n * 10n ** 18n);
    const [failed, worked] = [newHash(), newHash()];
    const contract = { hash: newHash(), from: ALICE, to: null, value };
    rig.node.mine({
      transactions: [
        { hash: failed, from: ALICE, to: BOB, value, hasFailed: true },
        { hash: newHash(), from: ALICE, to: BOB, value: hex(99n * 10n ** 18n) },
        contract,
        { hash: worked, from: ALICE, to: BOB, value },
      ],
    });
    await untilShown(1);
    expect(await shownHashes()).toEqual([worked]);
  });
});

describe('what a node tells that cannot be', () => {
  it('is left out, and nothing with it', async () => {
    const tokens = [
      ...DOLLARS,
      { address: ODD, symbol: 'WHOLE', decimals: 0, atLeast: '1' },
      { address: address(0x36), symbol: 'FINE', decimals: 36, atLeast: '0.5' },
    ];
    await rig.follow({ tokens });
    const most = 2n ** 256n - 1n;
    const twice = newHash();
    const whole = transferLog(ODD, [ALICE, BOB], most);
    const fine = transferLog(address(0x36), [ALICE, BOB], 10n ** 36n + 1n);
    const good = paid(1);
    const bad: NodeLog[] = [
      // No address, an address too many bytes long, no amount, too long an amount, a thing of which there is one.
      { ...paid(1), topics: [good.topics[0]!, '0x', good.topics[2]!] },
      { ...paid(1), topics: [good.topics[0]!, `0x${'f'.repeat(64)}`, good.topics[2]!] },
      { ...paid(1), topics: [good.topics[0]!] },
      { ...paid(1), data: '0x' },
      { ...paid(1), data: `0x${'f'.repeat(65)}` },
      { ...paid(1), topics: [...good.topics, `0x${'0'.repeat(64)}`] },
      { ...paid(1), transactionHash: '0xnone' },
      transferLog(USDT, [ALICE, BOB], 0n),
      // More than there can be of anything, in all.
      transferLog(ODD, [ALICE, BOB], most, twice),
      transferLog(ODD, [ALICE, CAROL], most, twice),
    ];
    rig.node.mine({
      logs: [...bad, whole, fine, good],
      transactions: [
        { hash: newHash(), from: 'nobody', to: BOB, value: hex(500n * 10n ** 18n) },
        { hash: newHash(), from: ALICE, to: BOB, value: '-5' },
      ],
    });
    await untilShown(3);
    const amounts = (await rig.shown()).map(({ hash, legs }) => [hash, legs[0]?.amount]);
    expect(Object.fromEntries(amounts)).toEqual({
      [whole.transactionHash]: String(most),
      [fine.transactionHash]: `1.${'0'.repeat(35)}1`,
      [good.transactionHash]: '1000000',
    });
    await settle();
    expect(await rig.shown()).toHaveLength(4);
  });
});

describe('a chain that is reorganised', () => {
  it('twelve blocks deep has what it left behind taken back, and what it took again kept', async () => {
    await rig.follow({ tokens: DOLLARS });
    const whales = Array.from({ length: 12 }, () => paid(1));
    for (const log of whales) rig.node.mine({ logs: [log] });
    await untilShown(12);
    rig.node.undo(12);
    // The first three of them are in other blocks now, the others in none; there are two new ones.
    const fresh = [paid(3), paid(4)];
    const again = [[whales[2]!, fresh[0]!], [whales[0]!], [whales[1]!, fresh[1]!]];
    for (let block = 0; block < 13; block += 1) rig.node.mine({ logs: again[block] ?? [] });
    const standing = [...whales.slice(0, 3), ...fresh].map((log) => log.transactionHash).sort();
    await until(async () => String(await shownHashes()) === String(standing), PATIENCE_MS);
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
    await untilShown(1);
    rig.node.undo(1);
    rig.node.mine();
    await untilShown(0);
    expect((await rig.shown(true))[0]?.status).toBe('RETRACTED');
    rig.node.mine({ logs: [paid(1, hash)] });
    await untilShown(1);
    expect((await rig.shown())[0]).toMatchObject({
      ...{ status: 'UNCONFIRMED', usd: '1000000', legs: [{ amount: '1000000' }] },
    });
  });

  it('that only takes logs back, with no block in their place yet, has them taken back too', async () => {
    await rig.follow({ tokens: DOLLARS });
    const [stays, goes] = [paid(1), paid(2)];
    rig.node.mine({ logs: [stays] });
    rig.node.mine({ logs: [goes] });
    await untilShown(2);
    rig.node.undo(1);
    await untilShown(1);
    expect(await shownHashes()).toEqual([stays.transactionHash]);
  });

  it('while nobody was connected is found when somebody is again', async () => {
    await rig.follow({ tokens: DOLLARS });
    const [before, gone] = [paid(1), paid(2)];
    rig.node.mine({ logs: [before] });
    rig.node.mine({ logs: [gone] });
    await untilShown(2);
    await rig.stopFeed();
    rig.node.undo(1);
    const after = paid(3);
    rig.node.mine({ logs: [after] });
    await rig.follow({ tokens: DOLLARS });
    const standing = [before, after].map((log) => log.transactionHash).sort();
    await until(async () => String(await shownHashes()) === String(standing), PATIENCE_MS);
  });
});

describe('what was missed', () => {
  it('is read when the connection is there again, in parts where that is too much at once', async () => {
    await rig.follow({ tokens: DOLLARS });
    const first = await settle();
    rig.node.mostLogs = 4;
    rig.node.asked = [];
    // Nobody is told of these; the connection breaks before the node tells of the last one.
    const missed = Array.from({ length: 70 }, (_, index) => {
      const log = paid(1);
      rig.node.add({ logs: [log, ...(index % 10 === 0 ? [paid(2), paid(3)] : [])] });
      return log.transactionHash;
    });
    rig.node.drop();
    await untilShown(1 + 70 + 14);
    const shown = await shownHashes();
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
    await settle();
    await rig.stopFeed();
    for (let block = 0; block < 30; block += 1) rig.node.add({ logs: [paid(1)] });
    await rig.follow({ tokens: DOLLARS });
    await untilShown(31);
  });
});

describe('a node', () => {
  it('whose newest block is old is said to be, and is believed all the same', async () => {
    await rig.follow({ tokens: DOLLARS, staleAfterSeconds: 60 });
    await settle();
    await until(async () => (await rig.source())?.isConnected === true, PATIENCE_MS);
    expect((await rig.source())?.message).toBe('');
    const old = Math.floor(Date.now() / 1_000) - 3_600;
    rig.node.mine({ logs: [paid(1)], timestamp: old });
    await untilShown(2);
    await until(async () => (await rig.source())?.message !== '', PATIENCE_MS);
    expect(await rig.source()).toEqual({
      ...{ name: `${rig.chain}-node`, isConnected: true },
      message: expect.stringMatching(/is 36\d\d s old: the node is behind/),
    });
  });

  it('that answers with blocks of the past is said to, and nothing is taken back', async () => {
    await rig.follow({ tokens: DOLLARS });
    for (let block = 0; block < 5; block += 1) rig.node.mine({ logs: [paid(1)] });
    await untilShown(5);
    rig.node.behind = 3;
    rig.node.tellOf(rig.node.newest);
    await until(async () => (await rig.source())?.message !== '', PATIENCE_MS);
    expect((await rig.source())?.message).toMatch(/fallen behind: .*, 3 blocks before/);
    expect(await rig.shown()).toHaveLength(5);
    rig.node.behind = 0;
    await settle();
    expect(await rig.shown()).toHaveLength(6);
    await until(async () => (await rig.source())?.message === '', PATIENCE_MS);
  });
});
