/*
 * The first page of the list of whales by every filter, of ten thousand stored transactions and of ten million, in
 * turns. Ten million take about 44 GB of disk, below the system's temporary folder (TMPDIR).
 * Run: node bench/whales-at-size.ts [--rows 10000000] [--small 10000] [--rounds 40]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allowPassage, startPostgres } from '@spyhop/platform/embedded/postgres';
import { createPrisma } from '@spyhop/prisma/client';
import { readFilter } from '@spyhop/whales/rules/filter';
import { type PageQuery, TransactionStore, pageSql } from '@spyhop/whales/store/transactions';
import { Client } from 'pg';
import { compareInTurns, createDatabase, reportPlans } from './at-size.ts';
import { report } from './report.ts';
import { withTemporaryFolder } from './stack.ts';
import { seedWhales } from './whales-seed.ts';

const PORT = Number(process.env.BENCH_PORT ?? 4_800);
/** So much longer than of ten thousand is still the same. */
const SAME = 2;
const PER_ROUND = 5;
const PAGE = 51;
/** Indexes that go by band and, within that, by time. */
const BY_BAND = /_band_time_|_listed_(band|chain|direction|symbol)_idx|_heads_idx/;

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    small: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '40' },
  },
});
const ROUNDS = Number(options.rounds);

type Asked = Parameters<typeof readFilter>[0];

/** What clients ask for, as the API takes it. */
const FILTERS: readonly [string, Asked][] = [
  ['all', {}],
  ['worth ten million', { minUsd: usd(10_000_000) }],
  ['worth twelve million, within a band', { minUsd: usd(12_000_000) }],
  ['of a chain', { chains: ['tron'] }],
  ['of an asset', { assets: ['BTC'] }],
  ['of a rare asset', { assets: ['LINK'] }],
  ['of two assets and a chain', { assets: ['BTC', 'USDT'], chains: ['tron'] }],
  ['of an asset, worth ten million', { assets: ['BTC'], minUsd: usd(10_000_000) }],
  ['in a direction', { directions: ['FROM_EXCHANGE'] }],
  ['of an asset, in a direction', { assets: ['BTC'], directions: ['FROM_EXCHANGE'] }],
  ['of a chain, in a direction', { chains: ['tron'], directions: ['TO_EXCHANGE'] }],
  ['heads of folds', { folded: true }],
  ['heads of folds of an asset', { folded: true, assets: ['BTC'] }],
  ['by themselves', { raw: true }],
  ['by themselves, worth twelve million', { raw: true, minUsd: usd(12_000_000) }],
  ['withdrawn too', { withdrawn: true }],
  ['of a common kind of owner', { ownerKinds: ['EXCHANGE'] }],
  ['of a rare kind of owner', { ownerKinds: ['MINER'] }],
  ['of a kind of owner that only folds have', { ownerKinds: ['EXCHANGE_DEPOSIT'] }],
  ['of a common owner', { labels: ['binance'] }],
  ['of a rare owner', { labels: ['kraken'] }],
  ['of a rare owner and an asset', { labels: ['kraken'], assets: ['BTC'] }],
  ['of an owner, in a direction', { labels: ['kraken'], directions: ['TO_EXCHANGE'] }],
  ['of an owner, worth twelve million', { labels: ['binance'], minUsd: usd(12_000_000) }],
  ['heads of folds of an owner', { labels: ['okx'], folded: true }],
  ['of an owner of a kind', { labels: ['binance'], ownerKinds: ['EXCHANGE_COLD'] }],
  ['of a pattern', { pattern: 'MINT' }],
  ['of a pattern and an asset', { pattern: 'MINT', assets: ['BTC'] }],
];

/** Each of the two is common, and nothing has both. */
const EMPTY: readonly [string, Asked][] = [
  ['an asset that never moved', { assets: ['NONE'] }],
  ['an asset on a chain that it is not on', { assets: ['LINK'], chains: ['tron'] }],
  ['an asset in a direction that it never takes', { assets: ['BTC'], directions: ['INTERNAL'] }],
  ['an asset of a kind of owner that never has it', { assets: ['USDT'], ownerKinds: ['MINER'] }],
  ['an asset of an owner who never has it', { assets: ['USDT'], labels: ['f2pool'] }],
  ['a kind in a direction', { ownerKinds: ['EXCHANGE_HOT'], directions: ['ELSEWHERE'] }],
  ['an owner in a direction', { labels: ['binance'], directions: ['ELSEWHERE'] }],
  ['a kind on a chain', { ownerKinds: ['UNKNOWN'], chains: ['dogecoin'] }],
  ['an owner of whom nothing is a fold', { labels: ['binance'], folded: true }],
];

function usd(amount: number): { toFixed(): string; isNegative(): boolean } {
  return { toFixed: () => String(amount), isNegative: () => false };
}

const queryOf = (filter: Asked): PageQuery => ({
  ...{ filter: readFilter(filter), after: null, limit: PAGE },
});

async function compare(small: TransactionStore, large: TransactionStore): Promise<void> {
  for (const [what, filter] of [...FILTERS, ...EMPTY]) {
    const query = queryOf(filter);
    const expected = EMPTY.some(([empty]) => empty === what) ? 0 : PAGE;
    for (const { length } of await Promise.all([small.page(query), large.page(query)])) {
      if (length !== expected) throw new Error(`${what}: ${length} rows instead of ${expected}`);
    }
    const times = await compareInTurns(
      () => small.page(query),
      () => large.page(query),
      { rounds: ROUNDS, perRound: PER_ROUND },
    );
    report({
      what: `first page of ${options.rows}, ${what}`,
      target: `at most ${SAME} times as long as of ${options.small}`,
      measured: `${times.ratio.toFixed(2)} times, ${times.small.toFixed(2)} ms and ${times.large.toFixed(2)} ms; ${expected} rows`,
      met: times.ratio <= SAME,
    });
  }
}

async function checkPlans(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const queries = [...FILTERS, ...EMPTY].map(([name, filter]) => {
    const { text, values } = pageSql(queryOf(filter));
    const isRight = (plan: string): boolean => !/Seq Scan|Bitmap/.test(plan) && BY_BAND.test(plan);
    return { name, text, values, isRight };
  });
  await reportPlans(client, queries, {
    what: `plans of pages of ${options.rows}`,
    target: 'each walks along an index by band and time, and reads no table from end to end',
  });
  await client.end();
}

async function main(folder: string): Promise<void> {
  await allowPassage(folder);
  const superuserPassword = 'bench';
  const dataDir = join(folder, 'postgres');
  const postgres = await startPostgres({ dataDir, port: PORT, superuserPassword, durable: false });
  const urlOf = (database: string): string =>
    `postgresql://postgres:${superuserPassword}@127.0.0.1:${postgres.port}/${database}`;
  try {
    const urls: string[] = [];
    for (const rows of [Number(options.small), Number(options.rows)]) {
      const database = `whales_${rows}`;
      await createDatabase(urlOf('postgres'), urlOf(database));
      const { seconds, bytes } = await seedWhales(urlOf(database), rows);
      console.log(`${rows} rows: ${seconds.toFixed(0)} s, ${(bytes / 1e9).toFixed(2)} GB`);
      urls.push(urlOf(database));
    }
    const [smallUrl = '', largeUrl = ''] = urls;
    await checkPlans(largeUrl);
    const [small, large] = [createPrisma(smallUrl), createPrisma(largeUrl)];
    await compare(new TransactionStore(small), new TransactionStore(large));
    await Promise.all([small.$disconnect(), large.$disconnect()]);
  } finally {
    await postgres.stop();
  }
}

await withTemporaryFolder(main);
