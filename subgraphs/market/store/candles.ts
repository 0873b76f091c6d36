import { pipeline } from 'node:stream/promises';
import { CANDLE_INTERVALS, type CandleInterval } from '@spyhop/platform/topics';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { INTERVAL_MS } from '../rules/candles';
import type { Candle, DecimalText } from '../rules/market-data';
import type { Retention } from '../rules/retention';
import { ensurePartitions } from './candle-partitions';
import { type RetentionResult, applyRetention } from './candle-retention';
import {
  CANDLE_COLUMNS,
  CHANGED_AS_PARAMETERS,
  COPY_INCOMING,
  CREATE_INCOMING,
  GIVEN_AS_PARAMETERS,
  IS_FINISHED,
  LOCK_SYMBOLS,
  SERIES_COLUMNS,
  UPSERT_INCOMING,
  rollUp,
  upsertGiven,
} from './candle-sql';
import { copyLines } from './copy-lines';
import { transaction } from './transaction';

/** Part of a series, newest first; open times in epoch ms. */
export interface CandleQuery {
  symbol: string;
  interval: CandleInterval;
  /** Inclusive; null where open. */
  from: number | null;
  /** Exclusive; null where open. A page continues at the open time of the former page's last candle. */
  to: number | null;
  /** The most candles. */
  first: number;
}

/** Open times in epoch ms, `from` inclusive, `to` exclusive. */
export interface CandleStretch {
  interval: CandleInterval;
  from: number;
  to: number;
}

/** A moment whose price is asked for, epoch ms, and how far back a price still counts as of then. */
export interface PriceMoment {
  at: number;
  notBefore: number;
}

export interface ImportResult {
  /** Candles read. */
  rows: number;
  /** Candles of the given interval that are new or different now. */
  changed: number;
}

type InTransaction = (client: PoolClient) => Promise<void>;

/** Finished candles in PostgreSQL. */
export type CandleStore = ReturnType<typeof createCandleStore>;

/**
 * Candles of any interval can be written; those of every coarser one are made of them in the same
 * transaction. What a source gives for an interval itself goes before what is made of finer ones.
 */
export function createCandleStore({ pool, retention }: { pool: Pool; retention: Retention }) {
  return {
    /**
     * Writes finished candles, all or none. Resolves to the number that are new or different now.
     * `first` is done before, in the same transaction: where it rejects, nothing is written.
     */
    write: (candles: readonly Candle[], first?: InTransaction): Promise<number> =>
      write(pool, candles, first),

    /**
     * Writes any number of finished candles of one interval, all or none, in memory that does not
     * grow with them. `onProgress` gets the number read so far, `onRead` is called after the last.
     */
    importCandles: (
      interval: CandleInterval,
      candles: AsyncIterable<Candle>,
      onProgress: (rows: number) => void = () => undefined,
      onRead: () => void = () => undefined,
    ): Promise<ImportResult> => importCandles(pool, { interval, candles, onProgress, onRead }),

    /** Newest first. Leaves out the candle that is still growing. */
    page: (query: CandleQuery): Promise<Candle[]> => page(pool, query),

    /** The newest candle that no longer grows. */
    async latest(symbol: string, interval: CandleInterval): Promise<Candle | null> {
      const newest = await page(pool, { symbol, interval, from: null, to: null, first: 1 });
      return newest[0] ?? null;
    },

    /** All candles of the stretches, oldest first, of all symbols in one query. */
    stretches: (
      symbols: readonly string[],
      stretches: readonly CandleStretch[],
    ): Promise<Candle[]> => readStretches(pool, symbols, stretches),

    /** Per symbol and moment the last close until then, of all symbols in one query. */
    closesAt: (
      symbols: readonly string[],
      moments: readonly PriceMoment[],
    ): Promise<Map<string, (DecimalText | null)[]>> => closesAt(pool, symbols, moments),

    /** The same of real candles alone: those that a simulation has made up count for nothing. */
    realClosesAt: (
      symbols: readonly string[],
      moments: readonly PriceMoment[],
    ): Promise<Map<string, (DecimalText | null)[]>> => closesAt(pool, symbols, moments, IS_REAL),

    /** Per symbol the closes of a stretch, oldest first, of all symbols in one query. */
    closesOf: (
      symbols: readonly string[],
      stretch: CandleStretch,
    ): Promise<Map<string, DecimalText[]>> => closesOf(pool, symbols, stretch),

    /** Makes room for candles that open from `from` to `to` (epoch ms, both inclusive). */
    ensurePartitions: (range: { from: number; to: number }): Promise<void> =>
      ensurePartitions(pool, range),

    /** Removes what is older than the configured number of days before `now` (epoch ms), as far as nobody uses it. */
    applyRetention: (now: number): Promise<RetentionResult> => applyRetention(pool, retention, now),
  };
}

const MINUTE_MS = INTERVAL_MS['1m'];
const minutesOf = (interval: CandleInterval): number => INTERVAL_MS[interval] / MINUTE_MS;
const lengthOf = (interval: CandleInterval): string => `${String(minutesOf(interval))} minutes`;

async function write(
  pool: Pool,
  candles: readonly Candle[],
  first: InTransaction = async () => undefined,
): Promise<number> {
  if (candles.length === 0) return 0;
  await ensurePartitions(pool, rangeOf(candles));
  return transaction(pool, async (client) => {
    await first(client);
    await client.query(LOCK_SYMBOLS, [candles.map(({ symbol }) => symbol)]);
    let changed = 0;
    for (const interval of CANDLE_INTERVALS) {
      const ofInterval = candles.filter((candle) => candle.interval === interval);
      if (ofInterval.length > 0) changed += await writeInterval(client, interval, ofInterval);
    }
    return changed;
  });
}

function rangeOf(candles: readonly Candle[]): { from: number; to: number } {
  let [from, to] = [Infinity, -Infinity];
  for (const { openTime } of candles) {
    from = Math.min(from, openTime);
    to = Math.max(to, openTime);
  }
  return { from, to };
}

async function writeInterval(
  client: PoolClient,
  interval: CandleInterval,
  candles: readonly Candle[],
): Promise<number> {
  const column = <Value>(value: (candle: Candle) => Value): Value[] => candles.map(value);
  const { rows } = await client.query<{ symbol: string; open_time: Date }>(
    upsertGiven(GIVEN_AS_PARAMETERS),
    [
      interval,
      column(({ symbol }) => symbol),
      column(({ openTime }) => new Date(openTime)),
      column(({ open }) => open),
      column(({ high }) => high),
      column(({ low }) => low),
      column(({ close }) => close),
      column(({ volume }) => volume),
      column(({ quoteVolume }) => quoteVolume),
      column(({ trades }) => trades),
    ],
  );
  if (rows.length === 0) return 0;
  const changed = [rows.map(({ symbol }) => symbol), rows.map((row) => row.open_time)];
  await rollUpFrom(client, interval, CHANGED_AS_PARAMETERS, changed);
  return rows.length;
}

async function rollUpFrom(
  client: PoolClient,
  base: CandleInterval,
  changed: string,
  parameters: unknown[] = [],
): Promise<void> {
  const intervals = CANDLE_INTERVALS.slice(CANDLE_INTERVALS.indexOf(base));
  for (const [index, coarse] of intervals.slice(1).entries()) {
    const fine = intervals[index] ?? base;
    const steps = [fine, coarse, lengthOf(coarse), minutesOf(fine)];
    await client.query(rollUp(changed), [...steps, ...parameters]);
  }
}

interface Import {
  interval: CandleInterval;
  candles: AsyncIterable<Candle>;
  onProgress: (rows: number) => void;
  onRead: () => void;
}

async function importCandles(
  pool: Pool,
  { interval, candles, onProgress, onRead }: Import,
): Promise<ImportResult> {
  return transaction(pool, async (client) => {
    await client.query("SET LOCAL work_mem = '64MB'");
    await client.query(CREATE_INCOMING);
    let rows = 0;
    const count = (added: number): void => onProgress((rows += added));
    await pipeline(copyLines(candles, count), client.query(copyFrom(COPY_INCOMING)));
    onRead();
    if (rows > 0) await prepareFor(pool, client);
    const { rowCount } = await client.query(UPSERT_INCOMING, [interval]);
    await rollUpFrom(client, interval, 'changed');
    return { rows, changed: rowCount ?? 0 };
  });
}

async function prepareFor(pool: Pool, client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ symbols: string[]; from: Date; to: Date }>(
    `SELECT array_agg(DISTINCT symbol) AS symbols, min(open_time) AS from, max(open_time) AS to
     FROM incoming`,
  );
  for (const { symbols, from, to } of rows) {
    await ensurePartitions(pool, { from: from.getTime(), to: to.getTime() });
    await client.query(LOCK_SYMBOLS, [symbols]);
  }
}

type Row = Omit<Candle, 'closed'>;

const toCandle = (row: Row): Candle => ({ ...row, closed: true });

async function page(pool: Pool, query: CandleQuery): Promise<Candle[]> {
  const { symbol, interval } = query;
  const { rows } = await pool.query<Omit<Row, 'symbol' | 'interval'>>({
    name: 'candles-page',
    text: `SELECT ${SERIES_COLUMNS} FROM market.candle
           WHERE symbol = $1 AND interval = $2 AND ${IS_FINISHED}
             AND open_time >= $4 AND open_time < $5
           ORDER BY open_time DESC LIMIT $6`,
    values: [
      symbol,
      interval,
      minutesOf(interval),
      query.from === null ? '-infinity' : new Date(query.from),
      query.to === null ? 'infinity' : new Date(query.to),
      query.first,
    ],
  });
  return rows.map((row) => ({ symbol, interval, ...row, closed: true }));
}

async function readStretches(
  pool: Pool,
  symbols: readonly string[],
  stretches: readonly CandleStretch[],
): Promise<Candle[]> {
  const { rows } = await pool.query<Row>(
    `SELECT ${CANDLE_COLUMNS}
     FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[]) AS stretch (of, since, until)
     JOIN market.candle ON symbol = ANY ($1) AND interval = of
      AND open_time >= since AND open_time < until
     ORDER BY open_time`,
    [
      symbols,
      stretches.map(({ interval }) => interval),
      stretches.map(({ from }) => new Date(from)),
      stretches.map(({ to }) => new Date(to)),
    ],
  );
  return rows.map(toCandle);
}

const IS_REAL = `NOT EXISTS (
  SELECT FROM market.dataset_part AS part
  WHERE part.symbol = candle.symbol AND part.source = 'simulated'
    AND candle.open_time BETWEEN part.since AND part.until)`;

async function closesAt(
  pool: Pool,
  symbols: readonly string[],
  moments: readonly PriceMoment[],
  condition = 'true',
): Promise<Map<string, (DecimalText | null)[]>> {
  const { rows } = await pool.query<{ symbol: string; closes: (DecimalText | null)[] }>(
    `SELECT asset.symbol, array_agg(last.close::text ORDER BY moment.ordinality) AS closes
     FROM unnest($1::text[]) AS asset (symbol)
     CROSS JOIN unnest($2::timestamptz[], $3::timestamptz[])
       WITH ORDINALITY AS moment (at, not_before, ordinality)
     LEFT JOIN LATERAL (
       SELECT newest.close
       FROM unnest($4::text[], $5::interval[]) AS candles (interval, length)
       CROSS JOIN LATERAL (
         SELECT candle.close, candle.open_time + candles.length AS closed_at
         FROM market.candle
         WHERE candle.symbol = asset.symbol AND candle.interval = candles.interval
           AND candle.open_time <= moment.at - candles.length
           AND candle.open_time >= moment.not_before - candles.length
           AND ${condition}
         ORDER BY candle.open_time DESC LIMIT 1
       ) AS newest
       ORDER BY newest.closed_at DESC LIMIT 1
     ) AS last ON true
     GROUP BY asset.symbol`,
    [
      symbols,
      moments.map(({ at }) => new Date(at)),
      moments.map(({ notBefore }) => new Date(notBefore)),
      CANDLE_INTERVALS,
      CANDLE_INTERVALS.map(lengthOf),
    ],
  );
  return new Map(rows.map(({ symbol, closes }) => [symbol, closes]));
}

async function closesOf(
  pool: Pool,
  symbols: readonly string[],
  { interval, from, to }: CandleStretch,
): Promise<Map<string, DecimalText[]>> {
  const { rows } = await pool.query<{ symbol: string; closes: DecimalText[] }>(
    `SELECT symbol, array_agg(close::text ORDER BY open_time) AS closes
     FROM market.candle
     WHERE symbol = ANY ($1) AND interval = $2 AND open_time >= $3 AND open_time < $4
     GROUP BY symbol`,
    [symbols, interval, new Date(from), new Date(to)],
  );
  return new Map(rows.map(({ symbol, closes }) => [symbol, closes]));
}
