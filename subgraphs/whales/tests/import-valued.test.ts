import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Closes, openCloses } from '@spyhop/market/closes';
import { importCommand as importCandles } from '@spyhop/market/import';
import { describeRecorded, recordedData } from '@spyhop/platform/testkit/recorded-data';
import { importCommand } from '../import';
import { importLabelsCommand } from '../import-labels';
import { type WhalesRig, startWhales } from './rig';

const QUIET = { write: () => undefined };
const IMPORT_MS = 900_000;

let whales: WhalesRig;
let closes: Closes;
let folder: string;
beforeAll(async () => {
  whales = await startWhales();
  closes = openCloses(whales.databaseUrl);
  folder = await mkdtemp(join(tmpdir(), 'whales-valued-'));
});
afterAll(async () => {
  await closes?.stop();
  await whales?.stop();
  await rm(folder, { recursive: true, force: true });
});

const importWhales = (...paths: string[]) =>
  importCommand(paths, whales.databaseUrl, closes.at, QUIET);

const file = async (name: string, content: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const KRAKEN = `0x${'0a'.repeat(20)}`;
const SOMEBODY = `0x${'0b'.repeat(20)}`;
let count = 0;
const newHash = (): string => `0x${String((count += 1)).padStart(64, '0')}`;
const transfer = (hash: string, time: string, value: string): string =>
  `{"hash":"${hash}","from":"${KRAKEN}","to":"${SOMEBODY}","time":"${time}+00:00","value":${value}}`;

interface Stored {
  usd: string | null;
  direction: string;
  legs: { usdBasis: string | null; from: { owner: string | null; ownerKind: string }[] }[];
}
const stored = async (hash: string): Promise<Stored> =>
  (
    await whales.graph.data<{ whaleTransaction: Stored }>(
      `query ($id: ID!) { whaleTransaction(id: $id) {
        usd direction legs { usdBasis from { owner ownerKind } }
      } }`,
      { id: `ethereum:${hash}` },
    )
  ).whaleTransaction;

const HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';
const kline = (openTime: string, close: string): string =>
  `${String(Date.parse(openTime))},${close},${close},${close},${close},1,0,1,1,0,0,0`;

describe('an imported whale', () => {
  it('is labelled as a live one is, and found by its owner', async () => {
    const labels = `chain,address,name,kind,source\nethereum,${KRAKEN},Kraken 4,exchange_hot,mine\n`;
    await importLabelsCommand([await file('labels.csv', labels)], whales.databaseUrl, QUIET);
    const hash = newHash();
    await importWhales(await file('eth.json', `[${transfer(hash, '2020-01-01 00:00:00', '5')}]`));
    expect(await stored(hash)).toMatchObject({
      ...{ direction: 'FROM_EXCHANGE', usd: null },
      legs: [{ usdBasis: null, from: [{ owner: 'kraken', ownerKind: 'EXCHANGE_HOT' }] }],
    });
    const { whaleTransactions } = await whales.graph.data<{
      whaleTransactions: { edges: { node: { id: string } }[] };
    }>(`{ whaleTransactions(filter: { labels: ["kraken"], directions: [FROM_EXCHANGE] }) {
      edges { node { id } }
    } }`);
    expect(whaleTransactions.edges.map(({ node }) => node.id)).toEqual([`ethereum:${hash}`]);
  });

  it('is worth the close of the last candle that had ended when it moved', async () => {
    const minutes = [
      HEADER,
      kline('2024-05-06T12:00:00Z', '3000'),
      kline('2024-05-06T12:01:00Z', '3100.5'),
      kline('2024-05-06T12:02:00Z', '9'),
    ].join('\n');
    await importCandles([await file('ETHUSDT-1m-2024-05.csv', minutes)], whales.databaseUrl, QUIET);
    const moves: [time: string, usd: string | null][] = [
      // Before the first candle has ended there is no close.
      ['2024-05-06 12:00:59', null],
      ['2024-05-06 12:01:00', '6000'],
      ['2024-05-06 12:01:59', '6000'],
      ['2024-05-06 12:02:00', '6201'],
      ['2024-05-06 12:02:59', '6201'],
      // Of a day before, and of what is longer ago than two.
      ['2024-05-07 12:03:00', '18'],
      ['2024-05-09 12:03:00', null],
    ];
    const rows = moves.map(([time]) => ({ time, hash: newHash() }));
    await importWhales(
      await file(
        'eth_moved.json',
        `[${rows.map(({ hash, time }) => transfer(hash, time, '2')).join(',')}]`,
      ),
    );
    const worth = await Promise.all(rows.map(({ hash }) => stored(hash)));
    expect(worth.map(({ usd }) => usd)).toEqual(moves.map(([, usd]) => usd));
    expect(worth[1]?.legs[0]?.usdBasis).toBe('CANDLES');
  });

  it('of a wrapped coin is worth what that wraps', async () => {
    const hash = newHash();
    const weth = '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2';
    const row = `{"type": "token_transfer", "token_address": "${weth}", "from_address": "${KRAKEN}", "to_address": "${SOMEBODY}", "value": 1500000000000000000, "transaction_hash": "${hash}", "block_timestamp": ${Date.parse('2024-05-06T12:02:30Z') / 1_000}}`;
    await importWhales(await file('weth.jsonl', `${row}\n`));
    // One and a half times 3,100.50.
    expect(await stored(hash)).toMatchObject({
      usd: '4650.75',
      legs: [{ usdBasis: 'CANDLES' }],
    });
  });
});

// Counted and added up from the files by another program, with the close of the day before each move.
describeRecorded(describe, 'recorded whales', 'whales', (recorded) => {
  const of = (path: string): string => recordedData(path) ?? '';

  it(
    'of October 2025 are worth what candles by the day of that time say',
    async () => {
      const days = ['BTC', 'ETH', 'BNB'].map((symbol) =>
        of(`candles/binance-spot-1d-2018_2026/${symbol}USDT_1d.csv.gz`),
      );
      await importCandles(days, whales.databaseUrl, QUIET);
      await importWhales(join(recorded, 'onchain-large-transfers-2025-10'));
      const rows = await whales.prisma.$queryRaw<{ symbol: string; usd: string; count: number }[]>`
        SELECT symbol, sum(usd)::text AS usd, count(*)::int AS count FROM whales.asset_move
        WHERE time >= '2025-01-01' AND symbol IN ('BTC', 'ETH', 'BNB', 'SOL')
        GROUP BY symbol ORDER BY symbol`;
      expect(rows).toEqual([
        { symbol: 'BNB', usd: '63118120.35', count: 52 },
        { symbol: 'BTC', usd: '52231466376.90', count: 364 },
        { symbol: 'ETH', usd: '14672149290.54', count: 583 },
        // Nobody has recorded its candles here.
        { symbol: 'SOL', usd: null, count: 106 },
      ]);
    },
    IMPORT_MS,
  );

  it(
    'of March 2017 go into exchanges and out of them as labels say',
    async () => {
      await importLabelsCommand([of('labels/crypto-whale-signals')], whales.databaseUrl, QUIET);
      const all = gunzipSync(
        await readFile(
          join(
            recorded,
            'ethereum-transactions-2017-03-06/transactions_03300000_03399999_small.csv.gz',
          ),
        ),
      );
      // Of all 19,999 rows the first ones, with the header.
      const rows = all.toString().split('\n').slice(0, 4_001);
      await importWhales(await file('transactions.csv', rows.join('\n')));
      const found = await whales.prisma.$queryRaw<{ direction: string; count: number }[]>`
        SELECT direction, count(*)::int AS count FROM whales.transaction
        WHERE time < '2018-01-01' GROUP BY direction`;
      expect(
        Object.fromEntries(found.map(({ direction, count: all }) => [direction, all])),
      ).toEqual({
        ...{ FROM_EXCHANGE: 57, TO_EXCHANGE: 541, INTERNAL: 1, ELSEWHERE: 3_138 },
      });
    },
    IMPORT_MS,
  );
});
