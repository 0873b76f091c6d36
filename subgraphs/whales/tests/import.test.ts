import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { importCommand } from '../import';
import type { ImportSummary } from '../jobs/import';
import type { ClosesAt } from '../jobs/past-prices';
import { FeedBoard } from '../store/feed-board';
import { type WhalesRig, seen, startWhales } from './rig';

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

/** Of a market that has recorded nothing. */
const noCloses: ClosesAt = async () => new Map();

interface Imported {
  summary: ImportSummary;
  /** What it said, a line each. */
  said: string[];
}

async function importAll(...paths: readonly string[]): Promise<Imported> {
  const said: string[] = [];
  const output = { write: (text: string) => said.push(...text.trimEnd().split('\n')) };
  const summary = await importCommand(paths, whales.databaseUrl, noCloses, output);
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

const sourcesOf = async ({ graph }: WhalesRig): Promise<string[][]> => {
  const { whaleTransactions } = await graph.data<{
    whaleTransactions: { edges: { node: Transaction }[] };
  }>('{ whaleTransactions { edges { node { sources } } } }');
  return whaleTransactions.edges.map(({ node }) => node.sources);
};

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
      {
        ...{ path, kind: 'transfers', rows: 5, transactions: 1, added: 1 },
        ...{ idle: 0, faulty: 5, hours: null },
      },
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

  it('says of how many rows there is nothing wrong, and nothing has moved', async () => {
    const row = (value: string, status: string): string =>
      `{"type": "transaction", "hash": "0x${'9'.repeat(63)}${value}", "from_address": "${ADDRESS}", "to_address": "${ADDRESS}", "value": ${value}, "receipt_status": ${status}, "block_timestamp": 1683029999}`;
    const rows = [row('0', '1'), row('7', '0'), row('8', '1')];
    const { said } = await importAll(await file('idle.jsonl', rows.join('\n')));
    expect(said).toEqual([
      'idle.jsonl: 3 transactions and token transfers, 1 transactions, 1 of them new; 2 move nothing',
    ]);
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

  it('puts real whales in the place of simulated ones, and says so', async () => {
    const other = await startWhales();
    try {
      const board = new FeedBoard(other.space);
      const simulation = { kind: 'SIMULATED' as const, begun: 1 };
      await board.write({
        ...{ ...simulation, state: 'RUNNING', message: 'Made up.', reportedAt: Date.now() },
        ...{ newestAt: null, newestTime: null, sources: [] },
      });
      const status = async (): Promise<unknown> =>
        (await other.graph.data('{ whaleFeedStatus { kind message } }'))['whaleFeedStatus'];
      const made = seen({ dataset: simulation, source: 'simulated' });
      await other.see(made);
      expect(await status()).toEqual({ kind: 'SIMULATED', message: 'Made up.' });
      const scan = `[{"hash": "${'34'.repeat(32)}", "from": "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "time": "2025-10-02 14:11:03+00:00", "to": "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo", "value": 593.92930187}]`;
      const path = await file('btc_real.json', scan);
      await importCommand([path], other.databaseUrl, noCloses, { write: () => undefined });
      await other.see(seen({ dataset: simulation, source: 'simulated' }));
      expect(await sourcesOf(other)).toEqual([['import:onchain-scan']]);
      expect(await status()).toEqual({
        kind: 'LIVE',
        message: 'Real transactions have taken the place of all others.',
      });
    } finally {
      await other.stop();
    }
  });
});

// Rows and counts as the README of the recordings states them; what is not stored, and why, was counted on the
// files themselves with another program.
describeRecorded(describe, 'the recorded whales', 'whales', (recorded) => {
  let own: WhalesRig;
  beforeAll(async () => void (own = await startWhales()));
  afterAll(() => own?.stop());

  let summary: ImportSummary;
  /** Rows, transactions, new ones and faulty rows of each file. */
  const counts = async (): Promise<Record<string, number[]>> => {
    const output = { write: () => undefined };
    summary = await importCommand([recorded], own.databaseUrl, noCloses, output);
    const { files } = summary;
    return Object.fromEntries(
      files.map(({ path, rows, transactions, added, faulty }) => [
        path.slice(recorded.length + 1),
        [rows, transactions, added, faulty],
      ]),
    );
  };

  /** How many there are, and a digest of all that is known of them. */
  const stored = async (): Promise<{ count: number; digest: string }> => {
    const [row] = await own.prisma.$queryRaw<{ count: number; digest: string }[]>`
      SELECT count(*)::int AS count, md5(string_agg(t::text, ' ' ORDER BY position)) AS digest
      FROM whales.transaction t`;
    return row ?? { count: 0, digest: '' };
  };

  /** What a source has seen moved of each asset in all. */
  const amounts = async (source: string): Promise<Record<string, string>> => {
    const rows = await own.prisma.$queryRaw<{ symbol: string; amount: string }[]>`
      SELECT symbol, trim_scale(sum(amount))::text AS amount
      FROM whales.asset_move JOIN whales.transaction USING (chain, hash)
      WHERE ${source} = ANY (sources) GROUP BY symbol`;
    return Object.fromEntries(rows.map(({ symbol, amount }) => [symbol, amount]));
  };

  /** Of moves in the week after a day: how many are above 100, and the least and the most, rounded. */
  const sizes = async (symbol: string, day: string): Promise<unknown> => {
    const [row] = await own.prisma.$queryRaw<unknown[]>`
      SELECT count(*) FILTER (WHERE amount > 100)::int AS above, round(min(amount))::int AS least,
        round(max(amount))::int AS most
      FROM whales.asset_move WHERE symbol = ${symbol}
        AND time >= ${day}::timestamptz AND time < ${day}::timestamptz + interval '7 days'`;
    return row;
  };

  it('are imported with their counts and to the last digit, and imported again change nothing', async () => {
    const first = await counts();
    expect(first).toEqual({
      // 136 transfers are of contracts that are not well known, 3 of nothing; 116 transactions have the others.
      'ethereum-blocks-17173049_17173050/token_transfers.jsonl.gz': [291, 116, 116, 136],
      // 127 have moved ether and not failed; 36 of them have moved tokens too.
      'ethereum-blocks-17173049_17173050/transactions.jsonl.gz': [298, 127, 91, 0],
      // 2,054 have moved nothing.
      'ethereum-transactions-2017-03-06/transactions_03300000_03399999_small.csv.gz': [
        19_999, 17_945, 17_945, 0,
      ],
      // Those whose times have no zone, among which are those with cut addresses.
      'onchain-large-transfers-2025-10/bnb_whale_alert_history.json': [52, 52, 52, 52],
      'onchain-large-transfers-2025-10/btc_whale_alert_history.json.gz': [364, 364, 364, 364],
      'onchain-large-transfers-2025-10/eth_whale_alert_history.json.gz': [583, 583, 583, 115],
      'onchain-large-transfers-2025-10/link_whale_alert_history.json.gz': [190, 190, 190, 95],
      'onchain-large-transfers-2025-10/sol_whale_alert_history.json': [106, 106, 106, 106],
      'solscan-transfers-2025-09/export_transfer_3ADzk5YD.csv.gz': [1_000, 1_000, 1_000, 0],
      // Of all transactions of a minute together: there are none in them.
      'btc-exchange-flows-2024-11_2025-10/btc_etow_wtoe.csv.gz': [47_625, 0, 0, 0],
      'btc-exchange-flows-2024-11_2025-10/btc_exchange_netflow_usd.csv.gz': [47_057, 0, 0, 0],
      'whale-alert-api-v1/transactions_2019-06-18.json': [24, 24, 24, 0],
      'whale-alert-api-v1/transactions_2020-05-04.json': [2, 2, 2, 0],
      'whale-alert-api-v1/transactions_2023-03-25.json': [2, 2, 2, 0],
      'whale-alert-api-v1/transactions_empty.json': [0, 0, 0, 0],
      // Two assets of one transaction.
      'whale-alert-api-v1/transaction_by_hash_2023-03-25.json': [2, 1, 1, 0],
      'whale-alert-api-v1/transaction_by_hash_empty.json': [0, 0, 0, 0],
      'whale-alert-api-v1/status_2019-06.json': [9, 0, 0, 0],
      'whale-alert-api-v1/status_2023-03.json': [15, 0, 0, 0],
      ...Object.fromEntries(
        ['api_key', 'blockchain', 'hash'].map((what) => [
          `whale-alert-api-v1/error_invalid_${what}.json`,
          [0, 0, 0, 1],
        ]),
      ),
      'whale-alert-api-v2-doc-examples/transaction_hype_usdc_mint_transfer.json': [1, 1, 1, 0],
      // One is an error, and one names no transaction.
      'whale-alert-api-v2-doc-examples/websocket_messages.jsonl': [5, 0, 0, 2],
    });
    const idle = summary.files.filter((each) => each.idle > 0 && each.transactions > 0);
    expect(idle.map((each) => [each.path.split('/').at(-1), each.idle])).toEqual([
      ['token_transfers.jsonl.gz', 3],
      ['transactions.jsonl.gz', 298 - 127],
      ['transactions_03300000_03399999_small.csv.gz', 2_054],
    ]);
    // Blocks and raw logs, whose transfers are in the files beside them, and posts about what Whale Alert has seen.
    expect(summary.skipped).toEqual(
      [
        'ethereum-blocks-17173049_17173050/blocks.jsonl',
        'ethereum-blocks-17173049_17173050/logs.jsonl.gz',
        'whale-alert-tweets-2026-02/whale_alert_tweets.jsonl',
      ].map((path) => `${join(recorded, path)}: it holds no whales in a form that is known`),
    );
    const before = await stored();
    expect(before.count).toBe(sum(Object.values(first).map(([, , added = 0]) => added)));
    // Added up by another program.
    expect(await amounts('import:ethereum-etl')).toMatchObject({
      ...{ USDT: '1088121.577531', WETH: '83.702901752690270189' },
    });
    expect(await amounts('import:solscan')).toEqual({ SOL: '4239216.933959024' });
    expect(await amounts('import:onchain-scan')).toEqual({
      ...{ ETH: '3340698.70336146809804', LINK: '14070683.938437158033', BTC: '432735.90353282' },
      ...{ SOL: '1622243.824599676', BNB: '55353.73015366995725' },
    });
    // As the README has them: 1,265 above 100 ETH, and none above 50,000; from 103 to 19,412 BTC.
    expect(await sizes('ETH', '2017-03-06')).toEqual({ above: 1_265, least: 0, most: 50_000 });
    expect(await sizes('BTC', '2025-10-01')).toEqual({ above: 364, least: 103, most: 19_412 });
    const again = await counts();
    expect(again).toEqual(
      Object.fromEntries(
        Object.entries(first).map(([path, [rows, transactions, , faulty]]) => [
          path,
          [rows, transactions, 0, faulty],
        ]),
      ),
    );
    expect(await stored()).toEqual(before);
  }, 900_000);
});

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
