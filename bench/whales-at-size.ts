/*
 * The first page of the list of whales by every filter, of ten thousand stored transactions and of ten million, in
 * turns. Ten million take about 12 GB of disk, below the system's temporary folder (TMPDIR).
 * Run: node bench/whales-at-size.ts [--rows 10000000] [--small 10000] [--rounds 40]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allowPassage, startPostgres } from '@spyhop/platform/embedded/postgres';
import { createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { readFilter } from '@spyhop/whales/rules/filter';
import { type PageQuery, TransactionStore, pageSql } from '@spyhop/whales/store/transactions';
import { Client } from 'pg';
import { median, report } from './report.ts';
import { withTemporaryFolder } from './stack.ts';
import { seedWhales } from './whales-seed.ts';

const PORT = Number(process.env.BENCH_PORT ?? 4_800);
/** So much longer than of ten thousand is still the same. */
const SAME = 2;
const PER_ROUND = 5;
const PAGE = 51;

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    small: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '40' },
  },
});
const ROUNDS = Number(options.rounds);

/** What clients ask for, as the API takes it. */
const FILTERS: readonly [string, Parameters<typeof readFilter>[0]][] = [
  ['all', {}],
  ['worth ten million', { minUsd: usd(10_000_000) }],
  ['worth twelve million, within a band', { minUsd: usd(12_000_000) }],
  ['of a chain', { chains: ['tron'] }],
  ['of an asset', { assets: ['BTC'] }],
  ['of a rare asset', { assets: ['LINK'] }],
  ['of two assets and a chain', { assets: ['BTC', 'USDT'], chains: ['tron'] }],
  ['of an asset, worth ten million', { assets: ['BTC'], minUsd: usd(10_000_000) }],
  ['of an asset that never moved', { assets: ['NONE'] }],
  ['of a pattern', { pattern: 'MINT' }],
  ['of a pattern and an asset', { pattern: 'MINT', assets: ['BTC'] }],
];

function usd(amount: number): { toFixed(): string; isNegative(): boolean } {
  return { toFixed: () => String(amount), isNegative: () => false };
}

const queryOf = (filter: Parameters<typeof readFilter>[0]): PageQuery => ({
  ...{ filter: readFilter(filter), after: null, limit: PAGE },
});

async function timesOf(store: TransactionStore, query: PageQuery): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < PER_ROUND; turn += 1) {
    const startedAt = performance.now();
    await store.page(query);
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** Both sizes in turns, so that what else the machine does meets both. */
async function compare(small: TransactionStore, large: TransactionStore): Promise<void> {
  for (const [what, filter] of FILTERS) {
    const query = queryOf(filter);
    const found = (await Promise.all([small.page(query), large.page(query)])).map(
      ({ length }) => length,
    );
    await Promise.all([timesOf(small, query), timesOf(large, query)]);
    const [few, many]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      few.push(...(await timesOf(small, query)));
      many.push(...(await timesOf(large, query)));
    }
    const ratio = median(many) / median(few);
    report({
      what: `first page of ${options.rows}, ${what}`,
      target: `at most ${SAME} times as long as of ${options.small}`,
      measured: `${ratio.toFixed(2)} times, ${median(few).toFixed(2)} ms and ${median(many).toFixed(2)} ms; rows ${found.join(' and ')}`,
      met: ratio <= SAME,
    });
  }
}

async function checkPlans(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const wrong: string[] = [];
  for (const [what, filter] of FILTERS) {
    const { text, values } = pageSql(queryOf(filter));
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN ${text}`,
      values as unknown[],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    if (/Seq Scan|Bitmap/.test(plan) || !/_band_time_/.test(plan)) wrong.push(`${what}:\n${plan}`);
  }
  await client.end();
  report({
    what: `plans of pages of ${options.rows}`,
    target: 'each walks along an index by band and time, and reads no table from end to end',
    measured: wrong.join('\n') || `${FILTERS.length} of ${FILTERS.length} do`,
    met: wrong.length === 0,
  });
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
      const maintenance = new Client({ connectionString: urlOf('postgres') });
      await maintenance.connect();
      await maintenance.query(`CREATE DATABASE ${database}`);
      await maintenance.end();
      await migrate(urlOf(database));
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
