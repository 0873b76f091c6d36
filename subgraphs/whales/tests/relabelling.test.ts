import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import type { WhaleParty } from '@spyhop/platform/topics';
import { type PrismaClient, createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { createOwnersPrisma } from '@spyhop/prisma/row-owner';
import { PipelinedDatabase, type PipelinedTransaction } from '@spyhop/prisma/pipelined';
import type { SharedLabel } from '../rules/labels';
import { Folds } from '../store/folds';
import { Journal } from '../store/journal';
import { LabelStore } from '../store/labels';
import { OwnLabelStore } from '../store/own-labels';
import { Relabelling } from '../store/relabelling';
import { HOUR, MINUTE, address, load, moved, randomFrom, row, unknown } from './labelling';
import { type WhalesRig, idOf, leg, startWhales } from './rig';

let whales: WhalesRig;
/** In which labels are there before anything is stored. */
let fresh: WhalesRig;
beforeAll(async () => {
  [whales, fresh] = await Promise.all([startWhales(), startWhales()]);
});
afterAll(async () => {
  await Promise.all([whales?.stop(), fresh?.stop()]);
});

const LIST = `query ($filter: WhaleTransactionFilter) {
  whaleTransactions(filter: $filter, first: 200) { edges { node {
    id direction legs { from { owner ownerKind } to { owner ownerKind } }
    fold { id reason memberCount usd }
  } } }
}`;
interface Node {
  id: string;
  direction: string;
  legs: Record<'from' | 'to', { owner: string | null; ownerKind: string }[]>[];
  fold: { id: string; reason: string; memberCount: number; usd: string } | null;
}
async function listed(rig: WhalesRig, filter: Record<string, unknown>): Promise<Node[]> {
  const { whaleTransactions } = await rig.graph.data<{
    whaleTransactions: { edges: { node: Node }[] };
  }>(LIST, { filter });
  return whaleTransactions.edges.map(({ node }) => node);
}
const ids = async (filter: Record<string, unknown>): Promise<string[]> =>
  (await listed(whales, filter)).map(({ id }) => id);

async function flowsOf(rig: WhalesRig, symbol: string, from: number): Promise<unknown> {
  return rig.graph.data(
    `query ($symbol: ID!, $from: DateTime!, $to: DateTime!) {
      hours: exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: HOUR) { ...Flows }
      days: exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: DAY) { ...Flows }
    }
    fragment Flows on ExchangeFlows {
      buckets { time in out net inUsd outUsd netUsd }
      exchanges { exchange in out net inUsd outUsd netUsd }
      counterparties(first: 50) { owner kind usd transactions }
    }`,
    {
      symbol,
      from: new Date(from).toISOString(),
      to: new Date(from + 24 * HOUR).toISOString(),
    },
  );
}

async function activityOf(rig: WhalesRig, symbol: string): Promise<unknown> {
  const { _entities } = await rig.graph.data<{ _entities: unknown[] }>(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Asset { whaleActivity(window: D7) {
      transactions usd toExchangesUsd fromExchangesUsd largestUsd } } } }`,
    { of: [{ __typename: 'Asset', symbol }] },
  );
  return _entities;
}

const counterpartiesOf = async (rig: WhalesRig, wallet: string): Promise<unknown> =>
  rig.graph.data(
    `query ($wallet: String!) { wallet(chain: "ethereum", address: $wallet) {
      transactionCount balances { symbol received sent }
      counterparties(first: 100) { address owner ownerKind transactions receivedUsd sentUsd }
    } }`,
    { wallet },
  );

/** Noon of yesterday, within a week from now at any time of day. */
const DAY = Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR - 24 * HOUR;

describe('labels that are imported after transactions were stored', () => {
  const [hot, other] = [address(), address()];
  const deposit = moved('LATE', DAY + HOUR, unknown(other), unknown(hot));
  const withdrawal = moved('LATE', DAY + 2 * HOUR, unknown(hot), unknown(other), 30);
  const filter = { assets: ['LATE'] };
  const all = async () => ({
    list: await listed(whales, filter),
    flows: await flowsOf(whales, 'LATE', DAY),
    activity: await activityOf(whales, 'LATE'),
    wallets: [await counterpartiesOf(whales, hot), await counterpartiesOf(whales, other)],
  });
  let before: unknown;

  it('have lists by kind, owner and direction find these, and flows, activity and wallets count them so', async () => {
    await whales.see(deposit, withdrawal);
    before = await all();
    expect(await ids({ ...filter, directions: ['TO_EXCHANGE'] })).toEqual([]);

    await load(whales, [row(hot, 'Binance 14', 'exchange_hot')]);
    expect(await ids({ ...filter, directions: ['TO_EXCHANGE'] })).toEqual([idOf(deposit)]);
    expect(await ids({ ...filter, directions: ['FROM_EXCHANGE'] })).toEqual([idOf(withdrawal)]);
    expect(await ids({ ...filter, directions: ['ELSEWHERE'] })).toEqual([]);
    for (const named of [{ ownerKinds: ['EXCHANGE'] }, { labels: ['binance'] }, { raw: true }]) {
      expect(await ids({ ...filter, ...named })).toEqual([withdrawal, deposit].map(idOf));
    }
    const after = await all();
    expect(after.list).toMatchObject([
      { direction: 'FROM_EXCHANGE', legs: [{ from: [{ owner: 'binance' }] }] },
      { direction: 'TO_EXCHANGE', legs: [{ to: [{ ownerKind: 'EXCHANGE_HOT' }] }] },
    ]);
    expect(after.flows).toMatchObject({
      days: {
        buckets: [{ in: '100', out: '30', net: '70', netUsd: '700' }],
        exchanges: [{ exchange: 'binance', in: '100', out: '30', net: '70' }],
        counterparties: [{ owner: 'unknown', usd: '1300', transactions: 2 }],
      },
    });
    expect(after.activity).toMatchObject([
      { whaleActivity: { transactions: 2, toExchangesUsd: '1000', fromExchangesUsd: '300' } },
    ]);
    expect(after.wallets).toMatchObject([
      { wallet: { counterparties: [{ owner: null }] } },
      { wallet: { counterparties: [{ owner: 'binance', ownerKind: 'EXCHANGE_HOT' }] } },
    ]);
  });

  it('change nothing where they are imported again', async () => {
    const once = await all();
    expect(await load(whales, [row(hot, 'Binance 14', 'exchange_hot')])).toMatchObject({
      changed: 0,
    });
    await whales.see(deposit, withdrawal);
    expect(await all()).toEqual(once);
  });

  it('give way to later ones', async () => {
    await load(whales, [row(hot, 'Kraken 2', 'exchange_cold', '2025-01-01')]);
    expect(await ids({ ...filter, labels: ['binance'] })).toEqual([]);
    expect(await ids({ ...filter, labels: ['kraken'] })).toHaveLength(2);
    expect(await flowsOf(whales, 'LATE', DAY)).toMatchObject({
      days: {
        exchanges: [{ exchange: 'kraken', in: '100', out: '30' }],
      },
    });
  });

  it('leave all as it was before once they are taken back', async () => {
    const later = [row(hot, 'Kraken 2', 'exchange_cold', '2025-01-01')];
    expect(await load(whales, later, '--remove')).toMatchObject({ changed: 1 });
    expect(await ids({ ...filter, labels: ['binance'] })).toHaveLength(2);
    const first = [row(hot, 'Binance 14', 'exchange_hot')];
    await load(whales, first, '--remove');
    expect(await all()).toEqual(before);
    expect(await load(whales, first, '--remove')).toMatchObject({ changed: 0 });
  });
});

it('what a source has said of a wallet stays, whatever labels say before or after it', async () => {
  const [wallet, other] = [address(), address()];
  const okx: WhaleParty = { address: wallet, owner: 'okx', ownerKind: 'EXCHANGE' };
  const told = moved('TOLD', DAY, unknown(other), okx);
  const untold = { ...told, legs: [leg({ ...told.legs[0], to: [unknown(wallet)] })] };
  const label = [row(wallet, 'Fund of somebody', 'fund')];
  const kinds = async () =>
    (await listed(whales, { assets: ['TOLD'] })).map(({ legs }) => legs[0]?.to[0]);
  await whales.see(untold);
  await load(whales, label);
  expect(await kinds()).toEqual([{ owner: 'fund of somebody', ownerKind: 'FUND' }]);
  await whales.see({ ...told, source: 'another' });
  expect(await kinds()).toEqual([{ owner: 'okx', ownerKind: 'EXCHANGE' }]);
  await load(whales, label, '--remove');
  expect(await kinds()).toEqual([{ owner: 'okx', ownerKind: 'EXCHANGE' }]);
});

it('what a user calls a wallet names nobody in what is stored for all', async () => {
  const [wallet, other] = [address(), address()];
  await whales.see(moved('PRIVATE', DAY, unknown(other), unknown(wallet)));
  const prisma = createOwnersPrisma(whales.databaseUrl, whales.databaseUrl);
  await new OwnLabelStore(prisma).set(randomUUID(), {
    ...{ chain: 'ethereum', address: wallet, name: 'Binance', kind: 'EXCHANGE' },
    updatedAt: DAY,
  });
  await prisma.$disconnect();
  await load(whales, [row(other, 'Fund of mine', 'fund')]);
  expect(await listed(whales, { assets: ['PRIVATE'] })).toMatchObject([
    { direction: 'ELSEWHERE', legs: [{ from: [{ ownerKind: 'FUND' }], to: [{ owner: null }] }] },
  ]);
});

it('what one owner turns out to have moved between its own wallets becomes one event, and ceases to be one', async () => {
  const [cold, ...hot] = [address(), address(), address(), address()];
  const moves = hot.map((each, n) =>
    moved('OWN', DAY + n * MINUTE, unknown(cold!), unknown(each), 1_000),
  );
  const stranger = moved('OWN', DAY + MINUTE, unknown(address()), unknown(hot[0]!), 7);
  await whales.see(...moves, stranger);
  const labels = [cold!, ...hot].map((each, n) => row(each, `Gemini ${n}`, 'exchange_hot'));
  await load(whales, labels);
  const filter = { assets: ['OWN'] };
  expect(await listed(whales, { ...filter, minUsd: '30000' })).toMatchObject([
    {
      id: idOf(moves[0]!),
      fold: { id: idOf(moves[0]!), reason: 'INTERNAL', memberCount: 3, usd: '30000' },
    },
  ]);
  expect(await ids({ ...filter, directions: ['INTERNAL'], labels: ['gemini'] })).toEqual([
    idOf(moves[0]!),
  ]);
  expect(await activityOf(whales, 'OWN')).toMatchObject([
    { whaleActivity: { transactions: 2, usd: '30070', toExchangesUsd: '70', largestUsd: '30000' } },
  ]);
  // What comes next joins it.
  const next = moved('OWN', DAY + 4 * MINUTE, unknown(cold!), unknown(hot[1]!), 1_000);
  await whales.see(next);
  expect(await listed(whales, { ...filter, folded: true })).toMatchObject([
    { id: idOf(moves[0]!), fold: { memberCount: 4 } },
  ]);
  await load(whales, labels, '--remove');
  expect(await ids({ ...filter, folded: true })).toEqual([]);
  expect(await ids(filter)).toHaveLength(5);
  expect(await activityOf(whales, 'OWN')).toMatchObject([
    { whaleActivity: { transactions: 5, usd: '40070', toExchangesUsd: '0' } },
  ]);
});

it('what an owner has moved is one event also where one of its wallets deals with hundreds of others', async () => {
  const [busy, cold, later] = [address(), address(), address()];
  await load(whales, [
    row(busy, 'Gemini 1', 'exchange_hot'),
    row(cold, 'Gemini 2', 'exchange_hot'),
  ]);
  const crowd = Array.from({ length: 1_000 }, (_, n) =>
    moved('CROWD', DAY + n * 14_000, unknown(busy), unknown(address()), 1),
  );
  const at = DAY + 2 * HOUR;
  const [known, unnamed] = [
    moved('CROWD', at, unknown(busy), unknown(cold), 5_000),
    moved('CROWD', at + 5 * MINUTE, unknown(busy), unknown(later), 5_000),
  ];
  await whales.see(...crowd, known, unnamed);
  await load(whales, [row(later, 'Gemini 3', 'exchange_hot')]);
  expect(await listed(whales, { assets: ['CROWD'], folded: true })).toMatchObject([
    { id: idOf(known), fold: { reason: 'INTERNAL', memberCount: 2 } },
  ]);
});

describe('a turn', () => {
  let database: TestDatabase;
  let prisma: PrismaClient;
  const begun: PipelinedDatabase[] = [];
  /** As of a process of its own. */
  const connect = (): PipelinedDatabase => {
    const connected = new PipelinedDatabase(database.url);
    begun.push(connected);
    return connected;
  };
  beforeAll(async () => {
    database = await testDatabase(migrate);
    prisma = createPrisma(database.url);
  });
  afterAll(async () => {
    await Promise.all(begun.map((each) => each.close()));
    await prisma.$disconnect();
    await database.drop();
  });
  const labelled = async (): Promise<number> =>
    (
      await prisma.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM whales.transaction WHERE direction = 'TO_EXCHANGE'`
    )[0]!.count;
  const label = (of: string): SharedLabel => ({
    ...{ chain: 'ethereum', address: of, name: 'Binance', kind: 'EXCHANGE', owner: 'binance' },
    ...{ source: 'mine', sourceUrl: null, date: null, confidence: 0.9 },
  });

  it('is of a few transactions, and what ends within one is done by whoever comes next', async () => {
    const hot = address();
    const journal = new Journal(connect(), new Folds());
    const all = Array.from({ length: 60 }, (_, n) =>
      moved('TURN', DAY + n * MINUTE, unknown(address()), unknown(hot)),
    );
    await journal.save(all);
    await new LabelStore(prisma, Date.now).save([label(hot)]);
    const dying = connect();
    const dies = {
      transaction: <Result>(work: (sql: PipelinedTransaction) => Promise<Result>) =>
        dying.transaction(async (sql) => {
          await work(sql);
          throw new Error('killed');
        }),
    };
    for (const [before, after] of [
      [0, 25],
      [25, 50],
      [50, 60],
    ]) {
      await expect(new Relabelling(dies).advance()).rejects.toThrow('killed');
      expect(await labelled()).toBe(before);
      await new Relabelling(connect()).advance();
      expect(await labelled()).toBe(after);
    }
    expect(await new Relabelling(connect()).advance()).toBeNull();
    const [flow] = await prisma.$queryRaw<{ usd: string; transactions: number }[]>`
      SELECT sum(in_usd)::text AS usd, sum(transactions)::int AS transactions
      FROM whales.exchange_flow WHERE bucket = 'DAY' AND exchange = 'binance'`;
    expect(flow).toEqual({ usd: '60000', transactions: 60 });
  });

  it('comes once more where something was named by earlier labels and stored after it', async () => {
    const hot = address();
    const [labels, relabelling] = [new LabelStore(prisma, Date.now), new Relabelling(connect())];
    const before = await labels.revisionNow();
    await labels.save([label(hot)]);
    expect(await relabelling.advance()).toBe(0);
    const known = await labelled();
    await new Journal(connect(), new Folds()).save(
      [moved('RACE', DAY, unknown(address()), unknown(hot))],
      before,
    );
    expect(await labelled()).toBe(known);
    expect(await relabelling.advance()).toBe(1);
    expect(await labelled()).toBe(known + 1);
    expect(await relabelling.advance()).toBeNull();
  });

  it('is known to every process that folds', async () => {
    const [cold, hot] = [address(), address()];
    const journal = new Journal(connect(), new Folds());
    await journal.save([moved('FOLD', DAY, unknown(cold), unknown(hot))]);
    await new LabelStore(prisma, Date.now).save([label(cold), label(hot)]);
    await new Relabelling(connect()).advance();
    const owned = (of: string): WhaleParty => ({
      ...{ address: of, owner: 'binance', ownerKind: 'EXCHANGE' },
    });
    await journal.save([moved('FOLD', DAY + MINUTE, owned(cold), owned(hot))]);
    const [fold] = await prisma.$queryRaw<{ reason: string; members: number }[]>`
      SELECT reason, members FROM whales.fold WHERE symbol = 'FOLD'`;
    expect(fold).toEqual({ reason: 'INTERNAL', members: 2 });
  });
});

it.each([1, 2, 3])(
  'all is the same to the last digit as where labels were there first (%i)',
  async (seed) => {
    const random = randomFrom(seed * 7_919);
    const pick = <Each>(of: readonly Each[]): Each => of[Math.floor(random() * of.length)]!;
    const symbol = `ALL${seed}`;
    const wallets = Array.from({ length: 12 }, address);
    const known: WhaleParty = { address: address(), owner: 'bybit', ownerKind: 'EXCHANGE_HOT' };
    const party = (): WhaleParty => (random() < 0.1 ? known : unknown(pick(wallets)));
    const all = Array.from({ length: 120 }, () =>
      moved(symbol, DAY + Math.floor(random() * 20 * HOUR), party(), party(), 1 + seed * 10),
    );
    const labels = wallets
      .slice(0, 8)
      .map((each, n) =>
        row(each, pick(['Binance 1', 'Kraken 2', 'Jump 3']), n % 3 === 0 ? 'fund' : 'exchange_hot'),
      );
    await load(fresh, labels);
    await fresh.see(...all);

    // Some labels are wrong at first, some are there in time, and some are taken back again.
    const wrong = wallets.slice(4).map((each) => row(each, 'Okx 5', 'exchange_hot'));
    await load(whales, labels.slice(0, 3));
    await whales.see(...all.slice(0, 60));
    await load(whales, wrong);
    await whales.see(...all.slice(60));
    await load(whales, labels);
    await load(whales, wrong, '--remove');

    const told = async (rig: WhalesRig) => ({
      raw: await Promise.all(
        [
          {},
          { ownerKinds: ['EXCHANGE'] },
          { labels: ['kraken'] },
          { directions: ['INTERNAL'] },
        ].map(async (filter) =>
          (await listed(rig, { assets: [symbol], raw: true, ...filter })).map(
            ({ fold: _, ...node }) => node,
          ),
        ),
      ),
      flows: await flowsOf(rig, symbol, DAY),
      activity: await activityOf(rig, symbol),
      events: (await listed(rig, { assets: [symbol] })).map(({ id }) => id),
    });
    expect(await told(whales)).toEqual(await told(fresh));
  },
);
