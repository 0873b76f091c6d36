import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import { PipelinedDatabase } from '@spyhop/prisma/pipelined';
import { start } from '../main';
import type { Place } from '../rules/cursor';
import { Retention } from '../store/retention';
import { HOUR, MINUTE, address, moved, unknown } from './labelling';
import { type WhalesRig, idOf, leg, seen, startWhales, until } from './rig';

const DAY = 24 * HOUR;
const BEGAN = Date.UTC(2024, 2, 1);
const kraken = (of: string) => ({
  address: of,
  owner: 'kraken',
  ownerKind: 'EXCHANGE_HOT' as const,
});

const FLOWS = `query ($symbol: ID!, $from: DateTime!, $to: DateTime!) {
  hours: exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: HOUR) {
    buckets { time in out inUsd } exchanges { exchange in out }
  }
  days: exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: DAY) {
    buckets { time in out inUsd } counterparties(first: 50) { owner usd transactions }
  }
}`;

interface Page {
  whaleTransactions: { edges: { cursor: string; node: { id: string; cursor: string } }[] };
}

async function page(
  rig: WhalesRig,
  symbol: string,
  more: { after?: string; filter?: Record<string, unknown> } = {},
): Promise<Page['whaleTransactions']['edges']> {
  const { whaleTransactions } = await rig.graph.data<Page>(
    `query ($filter: WhaleTransactionFilter, $after: String) {
      whaleTransactions(filter: $filter, first: 200, after: $after) {
        edges { cursor node { id cursor } }
      }
    }`,
    { filter: { assets: [symbol], ...more.filter }, after: more.after },
  );
  return whaleTransactions.edges;
}

const idsIn = async (...args: Parameters<typeof page>): Promise<string[]> =>
  (await page(...args)).map(({ node }) => node.id);

describe('what moved longer ago than transactions are kept', () => {
  let whales: WhalesRig;
  let storing: PipelinedDatabase;
  beforeAll(async () => {
    whales = await startWhales();
    storing = new PipelinedDatabase(whales.databaseUrl);
  });
  afterAll(async () => {
    await storing?.close();
    await whales?.stop();
  });

  /** All that is that old, turn by turn; how many turns it took. */
  async function forget(before: number): Promise<number> {
    const retention = new Retention(storing);
    let turns = 0;
    for (let after: Place | null = null; ; turns += 1) {
      after = await retention.forget(before, after);
      if (after === null) return turns;
    }
  }

  it('is in no list and no stream any more, while flows and wallets keep what it added to them', async () => {
    const [hot, payer] = [address(), address()];
    const all = Array.from({ length: 250 }, (_, n) =>
      moved('AGED', BEGAN + n * HOUR, unknown(n === 0 ? payer : address()), kraken(hot), 10),
    );
    const [first, second] = [all[0]!, all[120]!];
    await whales.see(...all);
    const range = { symbol: 'AGED', ...ranges(BEGAN, 12) };
    const flows = await whales.graph.data(FLOWS, range);
    const wallet = () =>
      whales.graph.data<{ wallet: { transactionCount: number } }>(
        `query ($of: String!) { wallet(chain: "ethereum", address: $of) {
          transactionCount balances { symbol received sent } counterparties(first: 5) { address usd: receivedUsd }
        } }`,
        { of: hot },
      );
    const before = await wallet();
    expect(before.wallet.transactionCount).toBe(250);
    const edges = await page(whales, 'AGED');
    const cursorOf = (of: WhaleTransactionSeen) =>
      edges.find(({ node }) => node.id === idOf(of)) ?? { cursor: '', node: { cursor: '' } };

    expect(await forget(BEGAN + 200 * HOUR)).toBe(2);
    const kept = all.slice(200).map(idOf).reverse();
    expect(await idsIn(whales, 'AGED')).toEqual(kept);
    for (const filter of [{ labels: ['kraken'] }, { ownerKinds: ['EXCHANGE'] }, { raw: true }]) {
      expect(await idsIn(whales, 'AGED', { filter })).toEqual(kept);
    }
    expect(await whales.graph.data(FLOWS, range)).toEqual(flows);
    expect(await wallet()).toEqual(before);

    // A page goes on behind a place of what is gone, a stream behind a position.
    expect(await idsIn(whales, 'AGED', { after: cursorOf(second).cursor })).toEqual([]);
    const follow = (after: string) =>
      whales.graph.subscribe<{ whaleMoved: { id: string } }>(
        `subscription ($after: ID) { whaleMoved(filter: { assets: ["AGED"] }, after: $after) { id } }`,
        { after },
      );
    const stream = follow(cursorOf(second).node.cursor);
    expect((await stream.next()).whaleMoved.id).toBe(idOf(all[200]!));
    await stream.end();
    await expect(follow(idOf(first)).next()).rejects.toThrow(/NOT_FOUND/);
    const gone = await whales.graph.ask(`{ whaleTransaction(id: "${idOf(first)}") { id } }`);
    expect(gone.errors?.[0]?.extensions?.['code']).toBe('NOT_FOUND');
  });

  it('is not taken again, so that nothing counts twice', async () => {
    const moment = BEGAN + 50 * DAY;
    const told = moved('TWICE', moment, unknown(address()), kraken(address()), 10);
    const earlier = moved('TWICE', BEGAN - 400 * DAY, unknown(address()), kraken(address()), 10);
    await whales.see(told);
    const range = { symbol: 'TWICE', ...ranges(moment, 2) };
    const flows = await whales.graph.data(FLOWS, range);
    expect(flows).toMatchObject({ days: { buckets: [{ in: '10' }] } });
    await forget(moment + HOUR);
    await whales.see(told, { ...told, source: 'import:whale-alert' }, earlier);
    expect(await whales.graph.data(FLOWS, range)).toEqual(flows);
    // Of before the first that was forgotten it is known that it was not there.
    expect(await idsIn(whales, 'TWICE')).toEqual([idOf(earlier)]);
  });

  it('stays where it was imported, or is part of an event of which anything stays', async () => {
    const [cold, hot, other] = [kraken(address()), kraken(address()), kraken(address())];
    const limit = BEGAN + 300 * DAY;
    const imported = {
      ...moved('KEPT', limit - DAY, unknown(address()), unknown(address())),
      source: 'import:solscan',
    };
    const event = [
      moved('KEPT', limit - 2 * MINUTE, cold, hot),
      moved('KEPT', limit + 2 * MINUTE, cold, other),
    ];
    const over = [
      moved('KEPT', limit - 2 * DAY, cold, hot),
      moved('KEPT', limit - 2 * DAY + MINUTE, cold, other),
    ];
    await whales.see(imported, ...over, ...event);
    expect(await idsIn(whales, 'KEPT')).toEqual([event[0]!, imported, over[0]!].map(idOf));
    await forget(limit);
    expect(await idsIn(whales, 'KEPT', { filter: { raw: true } })).toEqual(
      [event[1]!, event[0]!, imported].map(idOf),
    );
    expect(await idsIn(whales, 'KEPT')).toEqual([event[0]!, imported].map(idOf));
  });

  it('takes a pattern with it once nothing of that is left', async () => {
    const mint = (time: number) =>
      seen({ time, legs: [leg({ symbol: 'MINTED', kind: 'MINT', from: [] })] });
    const limit = BEGAN + 500 * DAY;
    const [old, young] = [mint(limit - DAY), mint(limit + DAY)];
    await whales.see(old, young);
    const patterns = async () => {
      const { whalePatterns } = await whales.graph.data<{
        whalePatterns: { edges: { node: { transactions: { id: string }[] } }[] };
      }>(`{ whalePatterns(filter: { symbols: ["MINTED"] }, first: 9) {
        edges { node { transactions(first: 9) { id } } } } }`);
      return whalePatterns.edges.flatMap(({ node }) => node.transactions.map(({ id }) => id));
    };
    await until(async () => (await patterns()).length === 2);
    await forget(limit);
    expect(await patterns()).toEqual([idOf(young)]);
  });
});

it('what is older than WHALE_KEEP_DAYS is forgotten once a process begins, but for what is played again', async () => {
  const rig = await startWhales();
  const storing = new PipelinedDatabase(rig.databaseUrl);
  const days = (count: number, dataset: WhaleTransactionSeen['dataset']): WhaleTransactionSeen => ({
    ...moved('DAYS', Date.now() - count * DAY, unknown(address()), unknown(address())),
    dataset,
  });
  try {
    const replayed = days(101, { kind: 'REPLAY', begun: 2 });
    await rig.see(replayed);
    await new Retention(storing).forget(Date.now(), null);
    expect(await idsIn(rig, 'DAYS')).toEqual([idOf(replayed)]);

    const live = { kind: 'LIVE', begun: 3 } as const;
    const [young, old] = [days(99, live), days(101, live)];
    await rig.see(young, old);
    expect(await idsIn(rig, 'DAYS')).toEqual([young, old].map(idOf));
    const stop = await start({
      ...rig.redisEnv,
      ...{ DATABASE_URL: rig.databaseUrl, LOG_LEVEL: 'silent', WHALE_KEEP_DAYS: '100' },
      ...{ WHALES_PORT: String(await freePort()), WHALES_ADMIN_PORT: String(await freePort()) },
    });
    await until(async () => (await idsIn(rig, 'DAYS')).length === 1);
    await stop();
    expect(await idsIn(rig, 'DAYS')).toEqual([idOf(young)]);
  } finally {
    await storing.close();
    await rig.stop();
  }
});

it.each(['1', '89', '-1', '40000', 'all'])(
  'WHALE_KEEP_DAYS=%s is refused by name',
  async (days) => {
    await expect(start({ WHALE_KEEP_DAYS: days })).rejects.toThrow(/WHALE_KEEP_DAYS/);
  },
);

const ranges = (from: number, days: number) => ({
  from: new Date(from).toISOString(),
  to: new Date(from + days * DAY).toISOString(),
});
