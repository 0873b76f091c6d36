/*
 * A million 1m candles from bulk files in one import, with the importer's memory over time; then a
 * page of 1,000 candles over GraphQL against the same rows straight from PostgreSQL by `pg`.
 * Run: node bench/candles.ts [rows]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCandleStore } from '@spyhop/market/store/candles';
import { createIdentitySigner } from '@spyhop/router/guard/signed-identity';
import { Client, Pool } from 'pg';
import { request } from 'undici';
import { z } from 'zod';
import { KEEP_EVERYTHING } from '@spyhop/market/rules/retention';
import { median, quantile, report } from './report.ts';
import { ROOT, type RunningStack, describe, startStack, withTemporaryFolder } from './stack.ts';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const PAIRS = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA', 'DOGE', 'LTC', 'LINK', 'DOT', 'AVAX'];
const START = Date.UTC(2024, 0, 1);
const MINUTE_MS = 60_000;
/** What `npm run import` runs. */
const IMPORT = ['--max-semi-space-size=8', 'scripts/dist/import.js'];
const SAMPLE_MS = 250;
const PAGE = 1_000;
const ROUNDS = 15;
const QUERIES = 20;
/** So much more memory at the end than in the middle is not flat any more. */
const FLAT = 1.25;
/** The exchange is not there, so that nothing else writes. */
const NO_EXCHANGE = {
  MARKET_SOURCE: 'live',
  BINANCE_STREAM_HOSTS: 'ws://127.0.0.1:9',
  BINANCE_REST_HOSTS: 'http://127.0.0.1:9',
  LOG_LEVEL: 'fatal',
};

/** A file as the exchange offers them for download. */
async function writeBulkFile(file: string, rows: number, seed: number): Promise<void> {
  const out = createWriteStream(file);
  for (let row = 0; row < rows; row += 1) {
    const time = START + row * MINUTE_MS;
    const cents = seed * 10_000 + Math.round(500 * Math.sin(row / 97) + (row % 13));
    const price = (offset: number): string => ((cents + offset) / 100).toFixed(8);
    const figures = [price(0), price(9), price(-7), price(3), `${1 + (row % 50)}.12345678`];
    const line = [time, ...figures, time + MINUTE_MS - 1, '61234.50000000', 137, '0.5', '30617', 0];
    if (!out.write(`${line.join(',')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

async function writeBulkFiles(folder: string): Promise<void> {
  mkdirSync(folder);
  for (const [index, symbol] of PAIRS.entries()) {
    await writeBulkFile(join(folder, `${symbol}USDT-1m.csv`), ROWS / PAIRS.length, index + 1);
  }
}

async function measureImport(stack: RunningStack, folder: string): Promise<void> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...IMPORT, folder], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(stack.port), DATA_DIR: stack.dataDir },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let code: number | null = null;
  void once(child, 'close').then(([ended]) => (code = ended as number));
  const samples: number[] = [];
  while (code === null) {
    await sleep(SAMPLE_MS);
    const rss = describe(child.pid ?? 0)?.rss;
    if (rss !== undefined) samples.push(rss);
  }
  if (code !== 0) throw new Error(`the import ended with code ${code}`);
  reportImport((performance.now() - startedAt) / 1_000, samples);
}

function reportImport(seconds: number, samples: readonly number[]): void {
  const at = (share: number): number[] =>
    samples.slice(Math.floor(share * samples.length), Math.ceil((share + 0.25) * samples.length));
  const quarters = [0, 0.25, 0.5, 0.75].map((share) => Math.round(Math.max(...at(share))));
  const [, middle = NaN, , end = NaN] = quarters;
  report({
    what: `import of ${ROWS.toLocaleString('en')} candles`,
    target: `flat memory: at most ${FLAT} times as much in the last quarter as in the second`,
    measured: `${Math.round(ROWS / seconds).toLocaleString('en')} rows/s in ${seconds.toFixed(0)} s; most RSS by quarter ${quarters.join(', ')} MB`,
    met: end <= FLAT * middle,
  });
}

const GRAPHQL = `query Candles($first: Int!) {
  candles(symbol: "BTC", interval: M1, first: $first) {
    edges { node { openTime open high low close volume } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const Answer = z.object({
  data: z.object({ candles: z.object({ edges: z.array(z.unknown()).length(PAGE) }) }),
});

const SQL = {
  name: 'bare',
  text: `SELECT open_time, open, high, low, close, volume FROM market.candle
         WHERE symbol = $1 AND interval = $2 ORDER BY open_time DESC LIMIT $3`,
  values: ['BTC', '1m', PAGE],
};

type Ask = () => Promise<unknown>;

const askGraphql =
  (port: number, headers: () => Record<string, string> = () => ({})): Ask =>
  async () => {
    const { body } = await request(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { ...headers(), 'content-type': 'application/json' },
      body: JSON.stringify({ query: GRAPHQL, variables: { first: PAGE } }),
    });
    return body.json();
  };

async function millisecondsOf(ask: Ask): Promise<number> {
  const took: number[] = [];
  for (let query = 0; query < QUERIES; query += 1) {
    const startedAt = performance.now();
    await ask();
    took.push(performance.now() - startedAt);
  }
  return median(took);
}

async function measureQuery(stack: RunningStack): Promise<void> {
  const client = new Client({ connectionString: stack.databaseUrl });
  await client.connect();
  const pool = new Pool({ connectionString: stack.databaseUrl });
  const candles = createCandleStore({ pool, retention: KEEP_EVERYTHING });
  const store: Ask = () =>
    candles.page({ symbol: 'BTC', interval: '1m', from: null, to: null, first: PAGE });
  const bare: Ask = async () => (await client.query(SQL)).rows;
  const signer = await createIdentitySigner({ key: stack.signingKey, clock: Date.now });
  const subgraph = askGraphql(stack.port + 1, () => ({
    [signer.header]: signer.sign(null, 'market', ''),
  }));
  const router = askGraphql(stack.port);
  Answer.parse(await subgraph());
  Answer.parse(await router());
  for (const ask of [bare, store, subgraph, router]) await millisecondsOf(ask);
  const rounds: Record<'bare' | 'store' | 'subgraph' | 'router', number>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      bare: await millisecondsOf(bare),
      store: await millisecondsOf(store),
      subgraph: await millisecondsOf(subgraph),
      router: await millisecondsOf(router),
    });
  }
  await Promise.all([client.end(), pool.end()]);
  const of = (asked: keyof (typeof rounds)[0]): string =>
    median(rounds.map((round) => round[asked])).toFixed(1);
  console.log(
    `bare SQL ${of('bare')} ms, store ${of('store')} ms, subgraph ${of('subgraph')} ms, router ${of('router')} ms`,
  );
  for (const [asked, name] of [
    ['store', 'from the store'],
    ['subgraph', 'over GraphQL from the subgraph'],
    ['router', 'over GraphQL through the router'],
  ] as const) {
    const ratios = rounds.map((round) => round[asked] / round.bare);
    report({
      what: `${PAGE} candles ${name}`,
      target: '≤ 2 × bare SQL by pg',
      measured: `${median(ratios).toFixed(2)} × (rounds ${quantile(ratios, 0.1).toFixed(2)} to ${quantile(ratios, 0.9).toFixed(2)})`,
      met: median(ratios) <= 2,
    });
  }
}

await withTemporaryFolder(async (folder) => {
  const bulk = join(folder, 'bulk');
  await writeBulkFiles(bulk);
  const options = { dataDir: join(folder, 'data'), env: NO_EXCHANGE };
  const stack = await startStack(options, /Spyhop is up/);
  try {
    await measureImport(stack, bulk);
    await measureQuery(stack);
  } finally {
    await stack.stop();
  }
});
