import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { importLabelsCommand } from '../import-labels';
import type { LabelImportSummary } from '../jobs/import-labels';
import { type WhalesRig, startWhales } from './rig';

const IMPORT_MS = 900_000;

const WALLET = `query ($chain: String!, $address: String!) { wallet(chain: $chain, address: $address) {
  label { name owner kind source } labels { owner source sourceUrl date confidence isOwn }
} }`;

interface Answer {
  wallet: {
    label: Record<string, unknown> | null;
    labels: { owner: string | null; source: string }[];
  };
}

describeRecorded(describe, 'the recorded labels of four sources', 'labels', (folder) => {
  let whales: WhalesRig;
  const summaries = new Map<string, LabelImportSummary>();
  const said: string[] = [];
  const load = (dataset: string): Promise<LabelImportSummary> =>
    importLabelsCommand([join(folder, dataset)], whales.databaseUrl, {
      write: (text) => said.push(text),
    });
  const ask = (chain: string, address: string) =>
    whales.graph.data<Answer>(WALLET, { chain, address });

  beforeAll(async () => {
    whales = await startWhales();
    for (const dataset of [
      'etherscan-labels',
      'graphsense-tagpacks',
      'crypto-whale-signals',
      'haki-cex-wallets',
    ]) {
      summaries.set(dataset, await load(dataset));
    }
  }, IMPORT_MS);
  afterAll(() => whales?.stop());

  it('are read with the counts that their description states', () => {
    const rows = [...summaries].map(([dataset, summary]) => [dataset, summary.files, summary.rows]);
    expect(rows).toEqual([
      // 23,288 addresses, and 388 rows of 19 lists that repeat some of them.
      ['etherscan-labels', 20, 23_288 + 388],
      ['graphsense-tagpacks', 11, 646 + 86 + 135 + 8 + 10 + 18 + 58 + 59 + 36 + 14 + 386],
      ['crypto-whale-signals', 1, 52_768],
      ['haki-cex-wallets', 4, 78 + 3 + 3 + 2],
    ]);
    // Rows that repeat others, as 78 of one list that has 14 addresses, are one label for each name.
    expect([...summaries.values()].at(-1)).toMatchObject({
      ...{ labels: 75_191, wallets: 53_692, disputed: 51 },
    });
  });

  it('tell of each row that gave no label, with the reason', () => {
    // 2,295 rows without a name are of the category `other`, and 50 more are called "null".
    expect(summaries.get('crypto-whale-signals')?.defects).toBe(2_345);
    expect(summaries.get('etherscan-labels')?.defects).toBe(0);
    // Of 51 rows the chain of the currency is not known; one has an address that can be none.
    expect(summaries.get('graphsense-tagpacks')?.defects).toBe(52);
    expect(summaries.get('haki-cex-wallets')?.defects).toBe(0);
    expect(said.join('')).toMatch(
      /exchange-wallets-bitfinexcom\.yaml, row 19: left out, the chain of "Atlas" is not known/,
    );
  });

  it(
    'change nothing when they are imported once more',
    async () => {
      for (const dataset of summaries.keys()) expect((await load(dataset)).changed).toBe(0);
    },
    IMPORT_MS,
  );

  it('answer with the most reliable of those that disagree, and all of them with their origin', async () => {
    // Binance calls it a reserve of its own; the list of exchanges has it under one name on this chain.
    const { wallet } = await ask('ethereum', '0xBE0eB53F46cd790Cd13851d5EFf43D12404d33E8');
    expect(wallet.label).toMatchObject({ owner: 'binance', source: 'graphsense' });
    expect(new Set(wallet.labels.map(({ source }) => source))).toEqual(
      new Set(['graphsense', 'etherscan-labels', 'crypto-whale-signals']),
    );
    expect(wallet.labels).toContainEqual({
      ...{ owner: 'binance', source: 'graphsense', confidence: 0.9, isOwn: false },
      sourceUrl:
        'https://www.binance.com/en/blog/community/our-commitment-to-transparency-2895840147147652626',
      date: '2022-11-16T00:00:00.000Z',
    });
  });

  it('keep what nine exchanges claim at once readable, and believe it least', async () => {
    const { wallet } = await ask('bsc', '0x08c7676680F187A31241E83e6d44C03A98AdaB05');
    expect(wallet.labels.map(({ owner }) => owner).sort()).toEqual([
      'binance',
      'bithumb',
      'bybit',
      'coinbase',
      'crypto.com',
      'gate.io',
      'kraken',
      'kucoin',
      'okx',
    ]);
    expect(wallet.label).toMatchObject({ source: 'haki-cex-wallets' });
  });

  it('take deposit addresses of customers for what they are', async () => {
    const { wallet } = await ask('ethereum', '0x000f9f5f6db6d63bb64bb55d58272a1ce660fd90');
    expect(wallet.label).toMatchObject({ owner: 'binance', kind: 'EXCHANGE_DEPOSIT' });
  });
});
