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
  from { address } to { address owner } members(first: 10) { edges { node { id } } } }`;
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
          '1000 BTC went through 4 hops within 3 min: 60 BTC left on the way, and 940 BTC went on to kraken.',
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
