import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Subscribed } from '@spyhop/platform/testkit/graph-client';
import type { WhaleState, WhaleStatus, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { type WhalesRig, idOf, leg, seen, startWhales } from './rig';

let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

const state = (status: WhaleStatus, at: number, more: Partial<WhaleState> = {}): WhaleState => ({
  ...{ status, at, confirmations: null, replacedBy: null },
  ...more,
});

interface Shown {
  id: string;
  cursor: string;
  status: WhaleStatus;
  statusAt: string | null;
  confirmations: number | null;
  replacedBy: string | null;
  legs: { symbol: string; amount: string }[];
}

const FIELDS = 'id cursor status statusAt confirmations replacedBy legs { symbol amount }';

const read = async (transaction: WhaleTransactionSeen): Promise<Shown> =>
  (
    await whales.graph.data<{ whaleTransaction: Shown }>(
      `query ($id: ID!) { whaleTransaction(id: $id) { ${FIELDS} } }`,
      { id: idOf(transaction) },
    )
  ).whaleTransaction;

const listed = async (filter: Record<string, unknown>): Promise<string[]> => {
  const { whaleTransactions } = await whales.graph.data<{
    whaleTransactions: { edges: { node: { id: string } }[] };
  }>(
    `query ($filter: WhaleTransactionFilter) {
      whaleTransactions(filter: $filter, first: 200) { edges { node { id } } }
    }`,
    { filter },
  );
  return whaleTransactions.edges.map(({ node }) => node.id);
};

const follow = (after: string): Subscribed<{ whaleMoved: Shown }> =>
  whales.graph.subscribe(`subscription ($after: ID) { whaleMoved(after: $after) { ${FIELDS} } }`, {
    after,
  });

/** A transaction of an asset of its own, so that a list by asset has no other one. */
const of = (symbol: string): WhaleTransactionSeen => seen({ legs: [leg({ symbol })] });

describe('the status of a transaction', () => {
  it('is CONFIRMED where its source tells of blocks only', async () => {
    const transaction = seen();
    await whales.see(transaction);
    expect(await read(transaction)).toMatchObject({
      ...{ status: 'CONFIRMED', statusAt: null, confirmations: null, replacedBy: null },
    });
  });

  it('is told with the moment in which its source has learned it', async () => {
    const dropped = seen({ state: state('DROPPED', Date.UTC(2024, 7, 9, 12, 30)) });
    await whales.see(dropped);
    expect(await read(dropped)).toMatchObject({
      ...{ status: 'DROPPED', statusAt: '2024-08-09T12:30:00.000Z' },
    });
  });

  it('changes as its source learns of it, with the one that took its place', async () => {
    const transaction = seen();
    await whales.see({ ...transaction, state: state('UNCONFIRMED', 1, { confirmations: 0 }) });
    expect(await read(transaction)).toMatchObject({ status: 'UNCONFIRMED', confirmations: 0 });
    const replacedBy = 'f'.repeat(64);
    await whales.see({ ...transaction, state: state('REPLACED', 2, { replacedBy }) });
    expect(await read(transaction)).toMatchObject({
      ...{ status: 'REPLACED', replacedBy: `bitcoin:${replacedBy}` },
    });
  });

  it('is what was learned last, in whatever order that arrives', async () => {
    // Confirmed, left behind with its block, taken by another one, confirmed there.
    const told = [
      state('UNCONFIRMED', 1),
      state('RETRACTED', 2),
      state('UNCONFIRMED', 3),
      state('CONFIRMED', 4, { confirmations: 12 }),
    ];
    const orders = [told, [...told].reverse(), [2, 0, 3, 1].map((at) => told[at]!)];
    for (const order of orders) {
      const transaction = seen();
      for (const each of order) await whales.see({ ...transaction, state: each });
      expect(await read(transaction)).toMatchObject({ status: 'CONFIRMED', confirmations: 12 });
      expect(await listed({})).toContain(idOf(transaction));
    }
  });

  it('stays with a source that knows nothing of it', async () => {
    const transaction = seen();
    await whales.see({ ...transaction, state: state('UNCONFIRMED', 5) });
    await whales.see({ ...transaction, source: 'another' });
    expect((await read(transaction)).status).toBe('UNCONFIRMED');
  });
});

describe('lists', () => {
  it.each(['REPLACED', 'DROPPED', 'RETRACTED'] as const)(
    'leave out what was %s unless it is asked for, and have it again where it is back',
    async (status) => {
      const transaction = of(status);
      const [all, some] = [{ assets: [status] }, { assets: [status], minUsd: '60000' }];
      await whales.see(transaction, { ...transaction, state: state(status, 10) });
      expect(await listed(all)).toEqual([]);
      expect(await listed({ ...all, withdrawn: true })).toEqual([idOf(transaction)]);
      expect(await listed({ ...some, withdrawn: true })).toEqual([idOf(transaction)]);
      expect(await listed({ ...all, minUsd: '60001', withdrawn: true })).toEqual([]);
      expect(await listed({})).not.toContain(idOf(transaction));
      expect((await read(transaction)).status).toBe(status);
      await whales.see({ ...transaction, state: state('UNCONFIRMED', 11) });
      expect(await listed(all)).toEqual([idOf(transaction)]);
      expect(await listed(some)).toEqual([idOf(transaction)]);
    },
  );

  it('have a transaction that is in another block as it is there', async () => {
    const before = of('BEFORE');
    await whales.see(
      { ...before, state: state('UNCONFIRMED', 1) },
      { ...before, state: state('RETRACTED', 2) },
      { ...of('AFTER'), hash: before.hash, state: state('UNCONFIRMED', 3) },
    );
    expect(await read(before)).toMatchObject({ legs: [{ symbol: 'AFTER', amount: '1' }] });
    expect(await listed({ assets: ['BEFORE'] })).toEqual([]);
    expect(await listed({ assets: ['AFTER'] })).toEqual([idOf(before)]);
  });
});

describe('whaleMoved', () => {
  it('tells of a change as the same transaction again, and of nothing that changes nothing', async () => {
    const first = seen();
    await whales.see(first);
    const stream = follow(idOf(first));
    const transaction = seen();
    const next = async () => {
      const { id, status } = (await stream.next()).whaleMoved;
      return [id, status];
    };
    const tell = (told: WhaleState) => whales.see({ ...transaction, state: told });
    await tell(state('UNCONFIRMED', 1));
    expect(await next()).toEqual([idOf(transaction), 'UNCONFIRMED']);
    await tell(state('UNCONFIRMED', 2));
    await tell(state('RETRACTED', 3));
    expect(await next()).toEqual([idOf(transaction), 'RETRACTED']);
    await tell(state('UNCONFIRMED', 1));
    const last = seen();
    await whales.see(last);
    expect(await next()).toEqual([idOf(last), 'CONFIRMED']);
    await stream.end();
  });

  it('goes on behind a change by its cursor, and misses none by an id', async () => {
    const [first, second] = [seen(), seen()];
    await whales.see(first, second);
    const stream = follow(idOf(first));
    expect((await stream.next()).whaleMoved.id).toBe(idOf(second));
    const third = seen();
    await whales.see({ ...first, state: state('DROPPED', 1) }, third);
    const change = (await stream.next()).whaleMoved;
    expect(change).toMatchObject({ id: idOf(first), status: 'DROPPED' });
    await stream.end();
    // By its cursor it is known whether the change was seen; by its id it is not.
    const byCursor = follow(change.cursor);
    expect((await byCursor.next()).whaleMoved.id).toBe(idOf(third));
    await byCursor.end();
    const byId = follow(idOf(first));
    const told = [await byId.next(), await byId.next(), await byId.next()];
    expect(told.map(({ whaleMoved }) => whaleMoved.id)).toEqual([second, first, third].map(idOf));
    await byId.end();
  });
});
