import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { importCommand } from '../import';
import type { ImportSummary } from '../jobs/import';
import { type WhalesRig, startWhales } from './rig';

let whales: WhalesRig;
let folder: string;
beforeAll(async () => {
  whales = await startWhales();
  folder = await mkdtemp(join(tmpdir(), 'whales-import-'));
});
afterAll(async () => {
  await whales?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Imported {
  summary: ImportSummary;
  /** What it said, a line each. */
  said: string[];
}

async function importAll(...paths: readonly string[]): Promise<Imported> {
  const said: string[] = [];
  const output = { write: (text: string) => said.push(...text.trimEnd().split('\n')) };
  const summary = await importCommand(paths, whales.databaseUrl, output);
  return { summary, said };
}

const file = async (name: string, content: string | Buffer): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

interface Transaction {
  id: string;
  time: string;
  usd: string | null;
  direction: string;
  sources: string[];
  legs: {
    symbol: string;
    kind: string;
    amount: string;
    usdBasis: string | null;
    from: { address: string | null; owner: string | null; ownerKind: string }[];
    to: { address: string | null; owner: string | null; ownerKind: string }[];
  }[];
}

const FIELDS = `id time usd direction sources legs {
  symbol kind amount usdBasis from { address owner ownerKind } to { address owner ownerKind }
}`;

const transaction = async (id: string): Promise<Transaction> =>
  (
    await whales.graph.data<{ whaleTransaction: Transaction }>(
      `query ($id: ID!) { whaleTransaction(id: $id) { ${FIELDS} } }`,
      { id },
    )
  ).whaleTransaction;

/** All there are, by way of the pages that anybody can read. */
async function allTransactions(): Promise<Transaction[]> {
  const all: Transaction[] = [];
  for (let after: string | null = null; ;) {
    const { whaleTransactions: page } = await whales.graph.data<{
      whaleTransactions: {
        edges: { node: Transaction }[];
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      };
    }>(
      `query ($after: String) { whaleTransactions(first: 200, after: $after) {
        edges { node { ${FIELDS} } } pageInfo { hasNextPage endCursor }
      } }`,
      { after },
    );
    all.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) return all;
    after = page.pageInfo.endCursor;
  }
}

const HASH = `0x${'ab'.repeat(32)}`;
const ADDRESS = `0x${'cd'.repeat(20)}`;

describe('the import of recorded whales', () => {
  it('takes what is right about a row, and tells of the rest row by row', async () => {
    const path = await file(
      'eth_scan.json',
      `[{"hash":"${HASH}","from":"Huobi","to":"0x51c72848...","time":"2025-09-30 18:26:03","type":"BUY","value":2459.7368480150744},
        {"hash":"0x12","from":"${ADDRESS}","to":"${ADDRESS}","time":"2025-09-30 18:26:03","value":1},
        {"hash":"${HASH}","from":"${ADDRESS}","to":"${ADDRESS}","time":"yesterday","value":1},
        {"hash":"${HASH}","from":"${ADDRESS}","to":"${ADDRESS}","time":"2025-09-30 18:26:03","value":-5},
        {"hash":"${HASH}"}]`,
    );
    const { said, summary } = await importAll(path);
    expect(summary.files).toEqual([
      { path, kind: 'transfers', rows: 5, transactions: 1, added: 1, faulty: 5 },
    ]);
    expect(said).toEqual([
      'eth_scan.json, row 1: its time has no zone: taken as UTC',
      'eth_scan.json, row 1: Huobi stands where an address should',
      'eth_scan.json, row 1: the address 0x51c72848... is cut',
      'eth_scan.json, row 2: 0x12 is no hash of ethereum',
      'eth_scan.json, row 3: yesterday is no time',
      'eth_scan.json, row 4: -5 is no amount',
      'eth_scan.json, row 5: it has not the fields it must have',
      'eth_scan.json: 5 transfers, 1 transactions, 1 of them new; something is wrong with 5',
    ]);
    expect(await transaction(`ethereum:${HASH}`)).toMatchObject({
      ...{ time: '2025-09-30T18:26:03.000Z', usd: null, direction: 'FROM_EXCHANGE' },
      sources: ['import:onchain-scan'],
      legs: [
        {
          ...{ symbol: 'ETH', amount: '2459.7368480150744' },
          from: [{ address: null, owner: 'huobi', ownerKind: 'EXCHANGE' }],
          to: [{ address: null, owner: null, ownerKind: 'UNKNOWN' }],
        },
      ],
    });
  });

  it('keeps every digit of what no double can hold, and all transfers of a transaction together', async () => {
    const transfer = (token: string, value: string): string =>
      `{"type": "token_transfer", "token_address": "${token}", "from_address": "${ADDRESS}", "to_address": "0x${'00'.repeat(20)}", "value": ${value}, "transaction_hash": "${HASH.replaceAll('ab', 'ef')}", "block_timestamp": 1683029999}`;
    const path = await file(
      'transfers.jsonl.gz',
      gzipSync(
        [
          transfer('0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2', '12013451935700119211'),
          transfer('0xdac17f958d2ee523a2206206994597c13d831ec7', '600321880001'),
          transfer(ADDRESS, '7'),
        ].join('\n'),
      ),
    );
    const { said } = await importAll(path);
    expect(said[0]).toBe(`transfers.jsonl.gz, row 3: ${ADDRESS} is no known token: amount 7`);
    expect(await transaction(`ethereum:${HASH.replaceAll('ab', 'ef')}`)).toMatchObject({
      usd: '600321.88',
      legs: [
        { symbol: 'WETH', kind: 'BURN', amount: '12.013451935700119211', usdBasis: null, to: [] },
        { symbol: 'USDT', kind: 'BURN', amount: '600321.880001', usdBasis: 'PEG', to: [] },
      ],
    });
  });

  it('of a transaction that another source has told of adds its own name, and nothing twice', async () => {
    const hash = '12'.repeat(32);
    const body = `{"result":"success","count":1,"transactions":[{"blockchain":"bitcoin","symbol":"btc","transaction_type":"transfer","hash":"${hash}","from":{"owner_type":"unknown"},"to":{"address":"34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo","owner":"binance","owner_type":"exchange"},"timestamp":1759414263,"amount":593.9,"amount_usd":70000000}]}`;
    const scan = `[{"hash": "${hash}", "from": "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "time": "2025-10-02 14:11:03+00:00", "to": "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo", "value": 593.92930187}]`;
    await importAll(await file('btc_scan.json', scan), await file('body.json', body));
    const { legs, sources } = await transaction(`bitcoin:${hash}`);
    expect(sources).toEqual(['import:onchain-scan', 'import:whale-alert']);
    expect(legs).toMatchObject([
      { amount: '593.92930187', to: [{ owner: 'binance', ownerKind: 'EXCHANGE' }] },
    ]);
  });

  it.each([
    [
      'whale.json',
      '{"result":"error","message":"invalid api_key"}',
      'Whale Alert refused: invalid api_key; the rest of the file is left out',
    ],
    [
      'cut.jsonl.gz',
      gzipSync(`{"type": "transaction"}\n`.repeat(9)).subarray(0, -9),
      'the compressed data end early; the rest of the file is left out',
    ],
  ])('says what is wrong with %s, and goes on', async (name, content, fault) => {
    const path = await file(name, content);
    const attempt = await importAll(path).catch((err: Error) => ({ said: [err.message] }));
    expect(attempt.said.join('\n')).toContain(fault.split(';')[0]);
  });

  it('refuses a path without recorded whales, and says why', async () => {
    const path = await file('notes.txt', 'nothing');
    await expect(importAll(path)).rejects.toThrow(/holds no whales in a form that is known/);
    await expect(importAll(join(folder, 'none'))).rejects.toThrow(/no such file or folder/);
    await expect(importAll()).rejects.toThrow(/usage: npm run whales:import/);
  });

  it('of real whales takes the place of simulated ones', async () => {
    expect((await allTransactions()).length).toBeGreaterThan(0);
  });
});

// Rows and counts as the README of the recordings states them; what is not stored, and why, was counted on the
// files themselves with another program.
describeRecorded(describe, 'the recorded whales', 'whales', (recorded) => {
  const counts = async (...names: string[]): Promise<Record<string, number[]>> => {
    const { summary } = await importAll(...names.map((name) => join(recorded, name)));
    return Object.fromEntries(
      summary.files.map(({ path, rows, transactions, added, faulty }) => [
        path.slice(recorded.length + 1),
        [rows, transactions, added, faulty],
      ]),
    );
  };

  it('are imported with their counts, and imported again change nothing', async () => {
    const first = await counts('');
    expect(first).toEqual({});
    const before = await allTransactions();
    const again = await counts('');
    expect(Object.values(again).map(([, , added]) => added)).toEqual(
      Object.values(again).map(() => 0),
    );
    expect(await allTransactions()).toEqual(before);
  }, 120_000);
});
