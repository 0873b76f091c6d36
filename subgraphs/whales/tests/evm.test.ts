import { describe, expect, it } from '@jest/globals';
import {
  ISSUE,
  type NodeLog,
  REDEEM,
  address,
  destroyedLog,
  hex,
  newHash,
  supplyLog,
  transferLog,
} from './evm-node';
import { ALICE, BOB, CAROL, DOLLARS, USDT, evmRig, millions, paid } from './evm-rig';
import { until } from './rig';

const rig = evmRig();

const ODD = address(0x0dd);

describe('a transaction of a chain like Ethereum', () => {
  it('is told of with its block, and again once enough blocks confirm it', async () => {
    await rig.follow({ tokens: DOLLARS, confirmations: 4 });
    await rig.untilConnected();
    const log = paid(2);
    const { timestamp } = rig.node.mine({ logs: [log, transferLog(USDT, [ALICE, BOB], 5n)] });
    await rig.untilShown(1);
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
    await until(async () => (await rig.shown())[0]?.status === 'CONFIRMED');
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
    await rig.untilShown(1);
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
    await rig.untilShown(2);
    const kinds = Object.fromEntries(
      (await rig.shown()).map(({ hash, legs }) => [hash, [legs[0]?.kind, legs[0]?.from.length]]),
    );
    expect(kinds).toEqual({
      [made.transactionHash]: ['MINT', 0],
      [burned.transactionHash]: ['BURN', 1],
    });
  });

  it('is a mint or a burn too where the token says so without a transfer, and names nobody', async () => {
    await rig.follow({ tokens: DOLLARS });
    const made = supplyLog(USDT, ISSUE, millions(1_000));
    const gone = supplyLog(USDT, REDEEM, millions(600));
    rig.node.mine({ logs: [made, gone] });
    await rig.untilShown(2);
    const legs = Object.fromEntries((await rig.shown()).map((each) => [each.hash, each.legs]));
    const nobody = [{ address: null }];
    expect(legs).toEqual({
      [made.transactionHash]: [
        { symbol: 'USDT', kind: 'MINT', amount: '1000000000', from: [], to: nobody },
      ],
      [gone.transactionHash]: [
        { symbol: 'USDT', kind: 'BURN', amount: '600000000', from: nobody, to: [] },
      ],
    });
  });

  it('is a burn where frozen funds are destroyed, from who held them', async () => {
    await rig.follow({ tokens: DOLLARS });
    const destroyed = destroyedLog(USDT, CAROL, millions(12));
    const cut = { ...destroyedLog(USDT, CAROL, millions(13)), data: '0x00' };
    rig.node.mine({ logs: [cut, destroyed] });
    await rig.untilShown(1);
    expect((await rig.shown())[0]).toMatchObject({
      hash: destroyed.transactionHash,
      legs: [
        { symbol: 'USDT', kind: 'BURN', amount: '12000000', from: [{ address: CAROL }], to: [] },
      ],
    });
  });

  it('that makes tokens and moves others has a leg for either, and what is told twice counts once', async () => {
    await rig.follow({ tokens: DOLLARS });
    const [both, twice] = [newHash(), newHash()];
    const zero = address(0);
    rig.node.mine({
      logs: [
        supplyLog(USDT, ISSUE, millions(5), both),
        transferLog(USDT, [ALICE, BOB], millions(2), both),
        supplyLog(USDT, ISSUE, millions(7), twice),
        transferLog(USDT, [zero, CAROL], millions(7), twice),
      ],
    });
    await rig.untilShown(2);
    const legs = Object.fromEntries(
      (await rig.shown()).map((each) => [
        each.hash,
        each.legs.map(({ kind, amount, to }) => [kind, amount, to[0]?.address]),
      ]),
    );
    expect(legs).toEqual({
      [both]: [
        ['TRANSFER', '2000000', BOB],
        ['MINT', '5000000', null],
      ],
      [twice]: [['MINT', '7000000', CAROL]],
    });
  });

  it('whose receipt is not there yet is asked for it again, and not told of without one', async () => {
    await rig.follow({ tokens: [] });
    const value = hex(500n * 10n ** 18n);
    const [failed, worked, unknown] = [newHash(), newHash(), newHash()];
    rig.node.mine({
      transactions: [
        { hash: failed, from: ALICE, to: BOB, value, hasFailed: true, receiptAfter: 2 },
        { hash: worked, from: ALICE, to: BOB, value, receiptAfter: 2 },
        { hash: unknown, from: ALICE, to: BOB, value, receiptAfter: Infinity },
      ],
    });
    await rig.untilShown(1);
    expect(await rig.hashes()).toEqual([worked]);
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
    await rig.untilShown(1);
    expect(await rig.hashes()).toEqual([worked]);
  });
});

describe('a node of another chain', () => {
  it('is not believed, and said to be', async () => {
    rig.node.chainId = 56;
    rig.node.mine({ logs: [paid(1)] });
    await rig.follow({ tokens: DOLLARS, chainId: 31_337 });
    await until(async () =>
      /is of chain 56; .* is 31337/.test((await rig.source())?.message ?? ''),
    );
    expect(await rig.source()).toMatchObject({ isConnected: false });
    rig.node.chainId = 31_337;
    await rig.untilShown(1);
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
    await rig.untilShown(3);
    const amounts = (await rig.shown()).map(({ hash, legs }) => [hash, legs[0]?.amount]);
    expect(Object.fromEntries(amounts)).toEqual({
      [whole.transactionHash]: String(most),
      [fine.transactionHash]: `1.${'0'.repeat(35)}1`,
      [good.transactionHash]: '1000000',
    });
    await rig.settle();
    expect(await rig.shown()).toHaveLength(4);
  });
});
