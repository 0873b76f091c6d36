import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WhaleLeg, WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { type WhalesRig, idOf, leg, seen, startWhales } from './rig';

let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

const MINUTE = 60_000;
/** Stories of one test are a day away from those of another. */
let day = Date.UTC(2025, 0, 1);
const anotherDay = (): number => (day += 24 * 60 * MINUTE);

const nobody = (address: string): WhaleParty => ({ address, owner: null, ownerKind: 'UNKNOWN' });
const wallet = (
  owner: string,
  address: string,
  ownerKind: WhaleParty['ownerKind'] = 'EXCHANGE_HOT',
): WhaleParty => ({ address, owner, ownerKind });

/** So many BTC, at 100,000 USD each. */
const move = (
  time: number,
  btc: number,
  from: WhaleParty[],
  to: WhaleParty[],
  changes: Partial<WhaleLeg> = {},
): WhaleTransactionSeen =>
  seen({
    time,
    legs: [leg({ baseUnits: `${btc}00000000`, usd: `${btc}00000`, from, to, ...changes })],
  });

const FOLD = `fold { id reason explanation memberCount symbol amount usd direction
  from { address label { name } } to { address owner walletId } members(first: 10) { edges { node { id } } } }`;
const LIST = `query ($filter: WhaleTransactionFilter) {
  whaleTransactions(filter: $filter, first: 200) { edges { node { id time ${FOLD} } } }
}`;

interface Listed {
  id: string;
  time: string;
  fold: {
    id: string;
    reason: string;
    explanation: string;
    memberCount: number;
    members: { edges: { node: { id: string } }[] };
  } | null;
}

/** What of these a list shows, the newest first. */
async function listed(
  all: readonly WhaleTransactionSeen[],
  filter: Record<string, unknown> = {},
): Promise<Listed[]> {
  const page = await whales.graph.data<{ whaleTransactions: { edges: { node: Listed }[] } }>(LIST, {
    filter,
  });
  const ids = new Set(all.map(idOf));
  return page.whaleTransactions.edges.map(({ node }) => node).filter(({ id }) => ids.has(id));
}

const ids = (transactions: readonly Listed[]): string[] => transactions.map(({ id }) => id);

/** Four hops of a chain that begins with 1,000 BTC and ends at an exchange. */
function chainTo(end: WhaleParty[], start = anotherDay()): WhaleTransactionSeen[] {
  const at = (name: string): WhaleParty => nobody(`${name}${start}`);
  return [
    move(start, 1000, [at('a')], [at('b'), at('p')]),
    move(start + MINUTE, 990, [at('b')], [at('c'), at('q')]),
    move(start + 2 * MINUTE, 950, [at('c')], [at('d'), at('r')]),
    move(start + 3 * MINUTE, 940, [at('d')], end),
  ];
}

describe('a peel chain', () => {
  it('is one event that begins at its first hop and ends at the exchange', async () => {
    const hops = chainTo([wallet('kraken', 'k', 'EXCHANGE_DEPOSIT')]);
    await whales.see(...hops);
    const [head, ...others] = await listed(hops);
    expect(others).toEqual([]);
    expect(head).toMatchObject({
      id: idOf(hops[0]!),
      fold: {
        ...{ id: idOf(hops[0]!), reason: 'PEEL_CHAIN', memberCount: 4, symbol: 'BTC' },
        ...{ amount: '1000', usd: '100000000', direction: 'TO_EXCHANGE' },
        explanation:
          '1,000 BTC went through 4 hops within 3 min: 60 BTC left on the way, and 940 BTC went on to kraken.',
        to: [{ address: 'k', owner: 'kraken' }],
        members: { edges: [...hops].reverse().map((hop) => ({ node: { id: idOf(hop) } })) },
      },
    });
    expect(ids(await listed(hops, { directions: ['TO_EXCHANGE'], minUsd: '100000000' }))).toEqual([
      idOf(hops[0]!),
    ]);
    expect(ids(await listed(hops, { assets: ['BTC'], directions: ['ELSEWHERE'] }))).toEqual([]);
  });

  it('is every hop by itself where all is asked for', async () => {
    const hops = chainTo([nobody('e')]);
    await whales.see(...hops);
    const raw = await listed(hops, { raw: true });
    expect(ids(raw)).toEqual([...hops].reverse().map(idOf));
    expect(new Set(raw.map(({ fold }) => fold?.id))).toEqual(new Set([idOf(hops[0]!)]));
  });

  it('is told again by its head with each hop, to who hears of whales as they are stored', async () => {
    const first = seen();
    await whales.see(first);
    const hops = chainTo([nobody('f')]);
    const told = whales.graph.subscribe<{ whaleMoved: Listed }>(
      `subscription ($after: ID) { whaleMoved(after: $after) { id fold { id memberCount } } }`,
      { after: idOf(first) },
    );
    const next = async (): Promise<unknown> => (await told.next()).whaleMoved;
    const [a, b, c, d] = hops as [
      WhaleTransactionSeen,
      WhaleTransactionSeen,
      WhaleTransactionSeen,
      WhaleTransactionSeen,
    ];
    await whales.see(a);
    expect(await next()).toEqual({ id: idOf(a), fold: null });
    await whales.see(b);
    expect(await next()).toEqual({ id: idOf(b), fold: null });
    await whales.see(c);
    expect(await next()).toEqual({ id: idOf(a), fold: { id: idOf(a), memberCount: 3 } });
    await whales.see(d);
    expect(await next()).toEqual({ id: idOf(a), fold: { id: idOf(a), memberCount: 4 } });
    await told.end();
  });
});

describe('what an owner moves between its own wallets', () => {
  it('is one event, however many moves there are within minutes', async () => {
    const start = anotherDay();
    const cold = wallet('binance', 'cold', 'EXCHANGE_COLD');
    const moves = [
      move(start, 100, [cold], [wallet('binance', 'hot1')]),
      move(start + MINUTE, 200, [cold], [wallet('binance', 'hot2')]),
      move(start + 5 * MINUTE, 300, [wallet('binance', 'hot1')], [wallet('binance', 'hot2')]),
    ];
    const stranger = move(start + MINUTE, 100, [nobody('x')], [wallet('binance', 'hot1')]);
    await whales.see(moves[0]!, stranger, ...moves.slice(1));
    const found = await listed([...moves, stranger]);
    expect(ids(found)).toEqual([idOf(stranger), idOf(moves[0]!)]);
    expect(found[0]?.fold).toBeNull();
    expect(found[1]?.fold).toMatchObject({
      ...{ reason: 'INTERNAL', memberCount: 3, amount: '600', usd: '60000000' },
      direction: 'INTERNAL',
      explanation:
        'binance moved 600 BTC between wallets of its own in 3 transactions, within 5 min.',
    });
    expect(ids(await listed(moves, { folded: true, minUsd: '60000000' }))).toEqual([
      idOf(moves[0]!),
    ]);
  });
});

describe('a deposit', () => {
  const given = wallet('okx', 'given', 'EXCHANGE_DEPOSIT');

  it('stays what is shown when it is swept, in whatever order the two arrive', async () => {
    for (const isLate of [false, true]) {
      const start = anotherDay();
      const paid = move(start, 50, [nobody(`payer${start}`)], [given]);
      const sweep = move(start + 20 * MINUTE, 50, [given], [wallet('okx', 'hot')]);
      await whales.see(...(isLate ? [sweep, paid] : [paid, sweep]));
      expect(await listed([paid, sweep])).toMatchObject([
        {
          id: idOf(paid),
          fold: {
            ...{ reason: 'CONSOLIDATION', memberCount: 2, amount: '50', direction: 'TO_EXCHANGE' },
            explanation:
              '50 BTC was paid to okx, which swept 50 BTC into another wallet of its own within 20 min.',
          },
        },
      ]);
    }
  });

  it('hides no other one: both of two are shown, and the sweep of both is with the later', async () => {
    const start = anotherDay();
    const [first, second] = [1, 2].map((n) =>
      move(start + n * MINUTE, 50, [nobody(`payer${n}`)], [given]),
    ) as [WhaleTransactionSeen, WhaleTransactionSeen];
    const sweep = move(start + 9 * MINUTE, 100, [given], [wallet('okx', 'hot')]);
    await whales.see(first, second, sweep);
    const found = await listed([first, second, sweep]);
    expect(ids(found)).toEqual([second, first].map(idOf));
    expect(found.map(({ fold }) => fold?.memberCount ?? 1)).toEqual([2, 1]);
  });
});

it('what an owner gathers from several wallets in one is one event', async () => {
  const start = anotherDay();
  const cold = wallet('kraken', 'vault', 'EXCHANGE_COLD');
  const moves = [1, 2, 3].map((n) =>
    move(start + n * MINUTE, n, [wallet('kraken', `from${n}`)], [cold]),
  );
  await whales.see(...moves);
  expect(await listed(moves)).toMatchObject([
    {
      id: idOf(moves[0]!),
      fold: {
        ...{ reason: 'CONSOLIDATION', memberCount: 3, amount: '6', direction: 'INTERNAL' },
        explanation:
          'kraken gathered 6 BTC from 3 wallets of its own in one, in 3 transactions within 2 min.',
      },
    },
  ]);
});

it('what comes back to who has sent it is one event with what was sent', async () => {
  const start = anotherDay();
  const [own, other] = [nobody('own'), nobody('other')];
  const sent = move(start, 100, [own], [other]);
  const back = move(start + 5 * MINUTE, 30, [other], [own]);
  await whales.see(sent, back);
  expect(await listed([sent, back])).toMatchObject([
    {
      id: idOf(sent),
      fold: {
        ...{ reason: 'CHANGE', memberCount: 2, amount: '100', usd: '10000000' },
        explanation: 'Of 100 BTC that own sent to other, 30 BTC came back within 5 min.',
      },
    },
  ]);
});

describe('what only looks alike', () => {
  it.each([
    [
      'strangers who send the same amount in the same moment',
      (time: number) => [1, 2, 3].map((n) => move(time, 500, [nobody(`s${n}`)], [nobody(`r${n}`)])),
    ],
    [
      'withdrawals that an exchange pays out together',
      (time: number) =>
        [1, 2, 3].map((n) => move(time, 50, [wallet('binance', 'hot')], [nobody(`c${n}`)])),
    ],
    [
      'an amount that is split into equal ones, which go on one by one',
      (time: number) => [
        move(time, 400, [nobody('m')], [nobody('m1'), nobody('m2')]),
        ...[1, 2].map((n) => move(time + n * MINUTE, 200, [nobody(`m${n}`)], [nobody(`n${n}`)])),
        ...[1, 2].map((n) => move(time + 5 * MINUTE, 200, [nobody(`n${n}`)], [nobody(`o${n}`)])),
      ],
    ],
    [
      'a customer who takes out what he has paid in',
      (time: number) => [
        move(time, 70, [nobody('customer')], [wallet('kraken', 'hot')]),
        move(time + MINUTE, 70, [wallet('kraken', 'hot')], [nobody('customer')]),
      ],
    ],
  ])('stands alone: %s', async (_, storyAt) => {
    const story = storyAt(anotherDay());
    await whales.see(...story);
    const found = await listed(story);
    expect(found).toHaveLength(story.length);
    expect(found.every(({ fold }) => fold === null)).toBe(true);
  });
});

describe('folding', () => {
  it('goes on in another process where the first one has stopped, and counts nothing twice', async () => {
    const hops = chainTo([wallet('kraken', 'k2', 'EXCHANGE_DEPOSIT')]);
    await whales.see(...hops.slice(0, 2));
    const other = await whales.replica();
    for (const hop of hops.slice(2)) await whales.see(hop, hop, hops[0]!);
    const moves = [1, 2, 3, 4, 5, 6].map((n) =>
      move(hops[3]!.time + n * MINUTE, 1, [wallet('bybit', 'cold2')], [wallet('bybit', 'hot2')]),
    );
    for (const each of moves) await whales.see(each);
    const found = await listed([...hops, ...moves]);
    expect(found.map(({ fold }) => fold?.memberCount)).toEqual([6, 4]);
    await other.stop();
  });
});

const retracted = (transaction: WhaleTransactionSeen): WhaleTransactionSeen => ({
  ...transaction,
  state: { status: 'RETRACTED', at: Date.now(), confirmations: null, replacedBy: null },
});

it('what a head stood for begins with the next one once the head is taken back, and is shown again where too little is left', async () => {
  const hops = chainTo([nobody('g')]);
  await whales.see(...hops);
  expect(await listed(hops)).toHaveLength(1);
  await whales.see(retracted(hops[0]!));
  expect(await listed(hops)).toMatchObject([
    { id: idOf(hops[1]!), fold: { id: idOf(hops[1]!), reason: 'PEEL_CHAIN', memberCount: 3 } },
  ]);
  await whales.see(retracted(hops[1]!));
  const found = await listed(hops);
  expect(ids(found)).toEqual([hops[3]!, hops[2]!].map(idOf));
  expect(found.every(({ fold }) => fold === null)).toBe(true);
});

it('what one of them was counted with is one event without it once that one is taken back', async () => {
  const start = anotherDay();
  const moves = [1, 2, 3].map((n) =>
    move(start + n * MINUTE, 100, [wallet('gemini', 'cold')], [wallet('gemini', `hot${n}`)]),
  );
  await whales.see(...moves);
  expect(await listed(moves, { labels: ['gemini'], minUsd: '30000000' })).toHaveLength(1);
  await whales.see(retracted(moves[1]!));
  expect(await listed(moves, { minUsd: '20000001' })).toEqual([]);
  for (const filter of [{}, { labels: ['gemini'] }, { minUsd: '20000000', folded: true }]) {
    expect(await listed(moves, filter)).toMatchObject([
      {
        id: idOf(moves[0]!),
        fold: {
          ...{ reason: 'INTERNAL', memberCount: 2 },
          members: { edges: [moves[2]!, moves[0]!].map((each) => ({ node: { id: idOf(each) } })) },
        },
      },
    ]);
  }
  expect(ids(await listed(moves, { labels: ['gemini'], withdrawn: true }))).toEqual(
    [moves[1]!, moves[0]!].map(idOf),
  );
});

it('what is too far apart without the one that was taken back stands by itself', async () => {
  const start = anotherDay();
  const moves = [0, 8, 16, 24].map((minutes, n) =>
    move(start + minutes * MINUTE, 100, [wallet('gemini', 'ice')], [wallet('gemini', `warm${n}`)]),
  );
  await whales.see(...moves);
  expect(await listed(moves)).toHaveLength(1);
  await whales.see(retracted(moves[1]!));
  const found = await listed(moves);
  expect(ids(found)).toEqual([moves[2]!, moves[0]!].map(idOf));
  expect(found.map(({ fold }) => fold?.memberCount ?? 1)).toEqual([2, 1]);
});

it('a chain is two where one of its hops is taken back', async () => {
  const start = anotherDay();
  const hops = [0, 1, 2, 3, 4, 5, 6].map((n) =>
    move(
      start + n * MINUTE,
      1000 - 10 * n,
      [nobody(`broken${n}`)],
      [nobody(`broken${n + 1}`), nobody(`peel of broken${n}`)],
    ),
  );
  await whales.see(...hops);
  expect((await listed(hops)).map(({ fold }) => fold?.memberCount)).toEqual([7]);
  await whales.see(retracted(hops[3]!));
  const found = await listed(hops);
  expect(ids(found)).toEqual([hops[4]!, hops[0]!].map(idOf));
  expect(found.map(({ fold }) => fold?.memberCount)).toEqual([3, 3]);
});

it('what is back in another block is folded as it was', async () => {
  const hops = chainTo([nobody('h')]);
  await whales.see(...hops);
  const before = await listed(hops);
  await whales.see(...hops.map((hop) => retracted(hop)));
  expect(await listed(hops)).toEqual([]);
  await whales.see(
    ...hops.map((hop) => ({
      ...hop,
      state: {
        status: 'CONFIRMED',
        at: Date.now() + 1,
        confirmations: 1,
        replacedBy: null,
      } as const,
    })),
  );
  expect(await listed(hops)).toEqual(before);
});

it('is no event of two where one transaction is told of by two sources', async () => {
  const start = anotherDay();
  const internal = move(start, 100, [wallet('bitget', 'one')], [wallet('bitget', 'two')]);
  const toItself = move(start, 70, [nobody('itself')], [nobody('itself')]);
  await whales.see(internal, toItself);
  await whales.see(...[internal, toItself].map((each) => ({ ...each, source: 'another' })));
  const found = await listed([internal, toItself]);
  expect(found.map(({ fold }) => fold)).toEqual([null, null]);
});
