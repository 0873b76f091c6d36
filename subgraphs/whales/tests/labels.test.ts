import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@spyhop/platform/testkit/until';
import { importLabelsCommand } from '../import-labels';
import type { LabelImportSummary } from '../jobs/import-labels';
import { type WhalesRig, idOf, leg, seen, startWhales } from './rig';

let whales: WhalesRig;
let folder: string;
beforeAll(async () => {
  whales = await startWhales();
  folder = await mkdtemp(join(tmpdir(), 'labels-'));
});
afterAll(async () => {
  await whales?.stop();
  await rm(folder, { recursive: true, force: true });
});

let said = '';
async function load(name: string, content: string): Promise<LabelImportSummary> {
  const path = join(folder, name);
  await writeFile(path, content);
  said = '';
  return importLabelsCommand([path], whales.databaseUrl, { write: (text) => (said += text) });
}

const HEADER = 'chain,address,name,kind,owner,source,sourceUrl,date,confidence';
const csv = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');

const PARTIES = `query ($id: ID!) { whaleTransaction(id: $id) { direction legs {
  from { walletId owner ownerKind label { name owner kind source sourceUrl date confidence isOwn } }
} } }`;

interface Label {
  name: string;
  source: string;
}
interface Parties {
  whaleTransaction: {
    direction: string;
    legs: { from: { walletId: string; owner: string | null; label: Label | null }[] }[];
  };
}

let count = 0;
/** An address of Ethereum that nothing is known of. */
const unknownAddress = (): string => `0x${String((count += 1)).padStart(40, '0')}`;
const from = (address: string | null) =>
  leg({ symbol: 'ETH', from: [{ address, owner: null, ownerKind: 'UNKNOWN' }] });

const partyOf = async (id: string) =>
  (await whales.graph.data<Parties>(PARTIES, { id })).whaleTransaction.legs[0]?.from[0];

describe('a label', () => {
  it('is shown on transactions that were stored before it came, with its origin', async () => {
    const address = unknownAddress();
    const transaction = seen({ chain: 'ethereum', legs: [from(address)] });
    await whales.see(transaction);
    expect(await partyOf(idOf(transaction))).toMatchObject({
      ...{ walletId: `ethereum:${address}`, owner: null, label: null },
    });
    const row = `Ethereum,${address.toUpperCase().replace('0X', '0x')},"Kraken: the ""old"" one, 4",exchange-hot,,mine,https://example.org/a,2024-02-03,0.8`;
    expect(await load('one.csv', csv(row))).toMatchObject({ rows: 1, changed: 1, defects: 0 });
    // What is kept in memory is a second old at most.
    await until(async () => (await partyOf(idOf(transaction)))?.label !== null);
    expect((await partyOf(idOf(transaction)))?.label).toEqual({
      ...{
        name: 'Kraken: the "old" one, 4',
        owner: 'kraken',
        kind: 'EXCHANGE_HOT',
        source: 'mine',
      },
      ...{ sourceUrl: 'https://example.org/a', date: '2024-02-03T00:00:00.000Z' },
      ...{ confidence: 0.8, isOwn: false },
    });
  });

  it('is null where a party has no address', async () => {
    const transaction = seen({ chain: 'ethereum', legs: [from(null)] });
    await whales.see(transaction);
    expect(await partyOf(idOf(transaction))).toMatchObject({ walletId: null, label: null });
  });
});

const LABELS = `query ($address: String!) { wallet(chain: "ethereum", address: $address) {
  label { name source } labels { name source }
} }`;
const labelsOf = async (address: string): Promise<string[]> => {
  const { wallet } = await whales.graph.data<{
    wallet: { label: Label | null; labels: Label[] };
  }>(LABELS, { address });
  expect(wallet.label).toEqual(wallet.labels[0] ?? null);
  return wallet.labels.map(({ name }) => name);
};

describe('labels that disagree', () => {
  it.each([
    [
      'the surer one',
      ['Alpha,other,,mine,,2024-01-01,0.9', 'Beta,other,,mine,,2025-01-01,0.8'],
      ['Alpha', 'Beta'],
    ],
    [
      'of equally sure ones the later one, one without a date last',
      [
        'Alpha,other,,mine,,,0.5',
        'Beta,other,,mine,,2023-01-01,0.5',
        'Gamma,other,,mine,,2024-01-01,0.5',
      ],
      ['Gamma', 'Beta', 'Alpha'],
    ],
    [
      'of equally late ones that of the more careful source',
      [
        'Alpha,other,,haki-cex-wallets,,,0.5',
        'Beta,other,,graphsense,,,0.5',
        'Gamma,other,,mine,,,0.5',
      ],
      ['Gamma', 'Beta', 'Alpha'],
    ],
    [
      'of one source the more exact one',
      ['Alpha,exchange,,mine,,,0.5', 'Beta,unknown,,mine,,,0.5', 'Gamma,exchange_cold,,mine,,,0.5'],
      ['Gamma', 'Alpha', 'Beta'],
    ],
  ])('are all there, and %s counts', async (_, rows, ordered) => {
    const address = unknownAddress();
    await load('disagreeing.csv', csv(...rows.map((row) => `ethereum,${address},${row}`)));
    await until(async () => (await labelsOf(address)).length === rows.length);
    expect(await labelsOf(address)).toEqual(ordered);
  });

  it('of owners are counted when they are imported', async () => {
    const address = unknownAddress();
    const before = await load('none.csv', csv());
    const after = await load(
      'two.csv',
      csv(
        `ethereum,${address},Binance 3,exchange,,a,,,0.5`,
        `ethereum,${address},Kraken: Hot Wallet,exchange,,b,,,0.5`,
      ),
    );
    expect(after.disputed - before.disputed).toBe(1);
    const agreed = unknownAddress();
    const third = await load(
      'agreed.csv',
      csv(
        `ethereum,${agreed},Binance 3,exchange,,a,,,0.5`,
        `ethereum,${agreed},binance.com: 14,exchange,,b,,,0.5`,
      ),
    );
    expect(third.disputed).toBe(after.disputed);
  });
});

describe('an import of labels', () => {
  it('leaves out rows that cannot be used, names each with the reason, and takes the others', async () => {
    const good = unknownAddress();
    const summary = await load(
      'defects.csv',
      csv(
        'ethereum,0x12,Short,other,,mine,,,0.5',
        `ethereum,${good},,other,,mine,,,0.5`,
        `ethereum,${good},Fine,other,,mine,,,0.5`,
        `ethereum,${good},Odd,exchange of sorts,,mine,,,0.5`,
        `ethereum,${good},Sure,other,,mine,,,1.5`,
        `ethereum,${good},Late,other,,mine,,yesterday,0.5`,
        `ethereum,${good},Link,other,,mine,javascript:alert(1),,0.5`,
        `no chain!,${good},Where,other,,mine,,,0.5`,
        'bitcoin,hello,Word,other,,mine,,,0.5',
        `bitcoin,${good},Elsewhere,other,,mine,,,0.5`,
        'tron,TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLS0,Zero,other,,mine,,,0.5',
        'solana,short,Short,other,,mine,,,0.5',
      ),
    );
    expect(summary).toMatchObject({ rows: 12, changed: 1, defects: 11 });
    expect(said.match(/defects\.csv, row \d+: left out, [^\n]+/g)).toEqual([
      'defects.csv, row 2: left out, "0x12" is no address of ethereum',
      expect.stringMatching(/row 3: left out, name: /),
      expect.stringMatching(/row 5: left out, kind: /),
      expect.stringMatching(/row 6: left out, confidence: /),
      'defects.csv, row 7: left out, date: no date like 2024-08-09',
      'defects.csv, row 8: left out, sourceUrl: no address of a page',
      'defects.csv, row 9: left out, "no chain!" is no name of a chain',
      'defects.csv, row 10: left out, "hello" is no address of bitcoin',
      `defects.csv, row 11: left out, "${good}" is no address of bitcoin`,
      'defects.csv, row 12: left out, "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLS0" is no address of tron',
      'defects.csv, row 13: left out, "short" is no address of solana',
    ]);
  });

  it('takes the same from JSON', async () => {
    const address = unknownAddress();
    const label = { chain: 'ethereum', address, name: 'Jane', kind: 'FUND', source: 'mine' };
    const again = { ...label, confidence: 0.7, date: '2024-05-06T07:08:09Z' };
    expect(await load('one.json', JSON.stringify([label]))).toMatchObject({ changed: 1 });
    expect(await load('one.json', JSON.stringify([label]))).toMatchObject({ changed: 0 });
    // Of one source and name the later one stands, whichever was imported first.
    expect(await load('one.json', JSON.stringify([again]))).toMatchObject({ changed: 1 });
    expect(await load('one.json', JSON.stringify([label]))).toMatchObject({ changed: 0 });
  });

  it.each([
    ['a table of something else', 'x.csv', 'time,price\n1,2\n'],
    ['text that is no JSON', 'x.json', '{'],
    ['JSON of something else', 'x.json', '{"a":1}'],
    ['lists of exchanges without a chain', 'wallets.json', '{"Binance":["0x1"]}'],
    ['YAML of something else', 'x.yaml', 'a: 1'],
    ['a quote that is never closed', 'x.csv', `${HEADER}\n"`],
    ['another kind of file', 'x.txt', ''],
  ])('of %s fails and names the file', async (_, name, content) => {
    await expect(load(name, content)).rejects.toThrow(name);
  });
});

describe('the list of large transactions, by owners', () => {
  const LIST = `query ($filter: WhaleTransactionFilter) {
    whaleTransactions(filter: $filter) { edges { node { id } } }
  }`;
  const ids = async (filter: Record<string, unknown>): Promise<string[]> => {
    const { whaleTransactions } = await whales.graph.data<{
      whaleTransactions: { edges: { node: { id: string } }[] };
    }>(LIST, { filter });
    return whaleTransactions.edges.map(({ node }) => node.id);
  };
  const of = (
    chain: string,
    owner: string | null,
    ownerKind: 'EXCHANGE' | 'FUND' | 'UNKNOWN',
    changes = {},
  ) =>
    seen({
      chain,
      legs: [leg({ from: [{ address: null, owner, ownerKind }], to: [], ...changes })],
    });

  it('has those in which one of the kinds and one of the names takes part', async () => {
    const chain = 'owned';
    const kraken = of(chain, 'Kraken', 'EXCHANGE');
    const okx = of(chain, 'OKEx', 'EXCHANGE', { symbol: 'ETH' });
    const fund = of(chain, 'Kraken', 'FUND', { usd: '20000000' });
    const unknown = of(chain, null, 'UNKNOWN');
    await whales.see(kraken, okx, fund, unknown);
    const chains = [chain];
    expect(await ids({ chains, ownerKinds: ['EXCHANGE'] })).toEqual([okx, kraken].map(idOf));
    expect(await ids({ chains, ownerKinds: ['EXCHANGE', 'FUND'] })).toHaveLength(3);
    expect(await ids({ chains, ownerKinds: ['UNKNOWN'] })).toEqual([idOf(unknown)]);
    // Sources spell names in their own ways.
    expect(await ids({ chains, labels: ['okx'] })).toEqual([idOf(okx)]);
    expect(await ids({ chains, labels: ['kraken.com'] })).toEqual([fund, kraken].map(idOf));
    expect(await ids({ chains, labels: ['KRAKEN'], ownerKinds: ['FUND'] })).toEqual([idOf(fund)]);
    expect(await ids({ chains, labels: ['kraken'], assets: ['ETH'] })).toEqual([]);
    expect(await ids({ chains, labels: ['kraken', 'okx'], assets: ['ETH'] })).toEqual([idOf(okx)]);
    expect(await ids({ chains, ownerKinds: ['EXCHANGE'], assets: ['ETH'] })).toEqual([idOf(okx)]);
    expect(await ids({ chains, labels: ['kraken'], minUsd: '15000000' })).toEqual([idOf(fund)]);
    expect(await ids({ labels: ['nobody at all'] })).toEqual([]);
  });

  it('knows what labels know of those of whom the source said nothing when it was stored', async () => {
    const address = unknownAddress();
    await load('known.csv', csv(`ethereum,${address},Gemini 4,exchange_cold,,mine,,,0.9`));
    await until(async () => (await labelsOf(address)).length > 0);
    const transaction = seen({ chain: 'ethereum', legs: [from(address)] });
    await whales.see(transaction);
    const { whaleTransaction } = await whales.graph.data<Parties>(PARTIES, {
      id: idOf(transaction),
    });
    expect(whaleTransaction).toMatchObject({
      direction: 'BETWEEN_EXCHANGES',
      legs: [{ from: [{ owner: 'gemini', ownerKind: 'EXCHANGE_COLD' }] }],
    });
    expect(await ids({ labels: ['gemini'] })).toEqual([idOf(transaction)]);
  });

  it('forgets that an owner was unknown when another source knows', async () => {
    const chain = 'learnt';
    const party = { address: 'some', owner: null, ownerKind: 'UNKNOWN' as const };
    const first = of(chain, null, 'UNKNOWN', { from: [party] });
    const known = { ...party, owner: 'kraken', ownerKind: 'EXCHANGE' as const };
    await whales.see(first);
    const filter = { chains: [chain], ownerKinds: ['UNKNOWN'] };
    expect(await ids(filter)).toEqual([idOf(first)]);
    await whales.see({ ...first, source: 'another', legs: [leg({ from: [known], to: [] })] });
    expect(await ids(filter)).toEqual([]);
    expect(await ids({ chains: [chain], labels: ['kraken'] })).toEqual([idOf(first)]);
  });
});
