import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedServer } from '@spyhop/platform/embedded/guarded';
import { allowPassage, startPostgres } from '@spyhop/platform/embedded/postgres';
import { freePort } from '@spyhop/platform/testkit/ports';
import pg from 'pg';

/** A PostgreSQL of the test's own, which can be taken away and brought back with its data. */
export class Postgres {
  private server: EmbeddedServer | null = null;
  private readonly password = randomBytes(18).toString('base64url');

  private constructor(
    readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<Postgres> {
    const folder = await mkdtemp(join(tmpdir(), 'spyhop-outage-'));
    await allowPassage(folder);
    const postgres = new Postgres(folder, await freePort());
    await postgres.up();
    return postgres;
  }

  get url(): string {
    return `postgresql://postgres:${this.password}@127.0.0.1:${this.port}/postgres`;
  }

  async up(): Promise<void> {
    this.server = await startPostgres({
      dataDir: join(this.folder, 'postgres'),
      port: this.port,
      superuserPassword: this.password,
      durable: true,
    });
  }

  async down(): Promise<void> {
    await this.server?.stop();
    this.server = null;
  }

  /** How many candles of an interval there are, e.g. of 1m. */
  async candles(interval: string): Promise<number> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    const counted = client.query<{ count: number }>(
      'SELECT count(*)::int FROM market.candle WHERE interval = $1',
      [interval],
    );
    const { rows } = await counted.finally(() => client.end());
    return rows[0]?.count ?? 0;
  }

  async remove(): Promise<void> {
    await this.down();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const START = Date.UTC(2024, 7, 9);
const MINUTE_MS = 60_000;
const PER_MINUTE = 6;

/**
 * Records minutes of BTC whose candles anybody can tell: in minute m of one unit each trade at
 * 1000 + 10 m, and then 1, 2, 3, 4 and 5 above that. Resolves to the file.
 */
export async function recordRisingMinutes(folder: string, minutes: number): Promise<string> {
  const lines = Array.from({ length: minutes * PER_MINUTE }, (_, at) => {
    const time = START + (at * MINUTE_MS) / PER_MINUTE;
    const price = 1_000 + 10 * Math.floor(at / PER_MINUTE) + (at % PER_MINUTE);
    const trade = `"t":${at + 1},"p":"${price}.00","q":"1.0","T":${time},"m":true,"M":true`;
    const data = `{"e":"trade","E":${time},"s":"BTCUSDT",${trade}}`;
    return `${time}000000 {"stream":"btcusdt@trade","data":${data}}\n`;
  });
  const file = join(folder, 'rising.txt');
  await writeFile(file, lines.join(''));
  return file;
}

/** Their candles of so many minutes each, oldest first, as the API gives them. */
export const risingCandles = (minutes: number, each: 1 | 5) =>
  Array.from({ length: minutes / each }, (_, at) => {
    const first = 1_000 + 10 * each * at;
    const last = first + 10 * (each - 1);
    // A minute's trades are worth 6 p + 15.
    const value = Array.from({ length: each }, (__, m) => 6 * (first + 10 * m) + 15);
    return {
      openTime: new Date(START + at * each * MINUTE_MS).toISOString(),
      open: String(first),
      high: String(last + 5),
      low: String(first),
      close: String(last + 5),
      volume: String(6 * each),
      quoteVolume: String(value.reduce((sum, one) => sum + one)),
      trades: 6 * each,
      closed: true,
    };
  });
