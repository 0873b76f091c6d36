import { CANDLE_INTERVALS, type CandleInterval } from '@spyhop/platform/topics';
import { DatabaseError, type Pool } from 'pg';
import { type Retention, cutoffOf } from '../rules/retention';
import { type Month, partitionedMonths } from './candle-partitions';
import { LOCK_SYMBOLS } from './candle-sql';
import { transaction } from './transaction';

/** What `applyRetention` removed. */
export interface RetentionResult {
  candles: number;
  months: number;
}

/** SQLSTATE of a lock that was not to be had. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Removes what is older than the configured number of days before `now` (epoch ms). What others are
 * using at the moment waits for the next time.
 */
export async function applyRetention(
  pool: Pool,
  retention: Retention,
  now: number,
): Promise<RetentionResult> {
  const cutoffs = CANDLE_INTERVALS.flatMap((interval) => {
    const before = cutoffOf(retention[interval], now);
    return before === null ? [] : [{ interval, before }];
  });
  let candles = 0;
  for (const symbol of cutoffs.length === 0 ? [] : await symbolsOf(pool)) {
    candles += (await unlessUsed(removeBefore(pool, symbol, cutoffs))) ?? 0;
  }
  let months = 0;
  for (const month of await partitionedMonths(pool)) {
    if (month.to <= now && (await unlessUsed(dropIfEmpty(pool, month)))) months += 1;
  }
  return { candles, months };
}

/** Jumps from one symbol to the next in the index: there are few, and very many candles of each. */
async function symbolsOf(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ symbol: string }>(
    `WITH RECURSIVE series AS (
       SELECT min(symbol) AS symbol FROM market.candle
       UNION ALL
       SELECT (SELECT min(candle.symbol) FROM market.candle WHERE candle.symbol > series.symbol)
       FROM series WHERE series.symbol IS NOT NULL
     )
     SELECT symbol FROM series WHERE symbol IS NOT NULL`,
  );
  return rows.map(({ symbol }) => symbol);
}

interface Cutoff {
  interval: CandleInterval;
  /** Epoch ms. */
  before: number;
}

/** Under the lock of the symbol's writers, who take rows in another order. */
function removeBefore(pool: Pool, symbol: string, cutoffs: readonly Cutoff[]): Promise<number> {
  return transaction(pool, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '2s'`);
    await client.query(LOCK_SYMBOLS, [[symbol]]);
    const { rowCount } = await client.query(
      `DELETE FROM market.candle
       USING unnest($2::text[], $3::timestamptz[]) AS cutoff (of, before)
       WHERE symbol = $1 AND interval = of AND open_time < before`,
      [
        symbol,
        cutoffs.map(({ interval }) => interval),
        cutoffs.map(({ before }) => new Date(before)),
      ],
    );
    return rowCount ?? 0;
  });
}

/**
 * Lets go of a month in which no candle is left; true where it did. The table is locked before its
 * part, as everyone does who uses it, and nobody is made to wait for it: dropping takes both.
 */
async function dropIfEmpty(pool: Pool, { name }: Month): Promise<boolean> {
  const month = `market_partition.${name}`;
  const isEmpty = async (client: Pick<Pool, 'query'>): Promise<boolean> =>
    (await client.query(`SELECT FROM ${month} LIMIT 1`)).rowCount === 0;
  if (!(await isEmpty(pool))) return false;
  return transaction(pool, async (client) => {
    await client.query('LOCK TABLE ONLY market.candle IN ACCESS EXCLUSIVE MODE NOWAIT');
    await client.query(`LOCK TABLE ${month} IN ACCESS EXCLUSIVE MODE NOWAIT`);
    if (!(await isEmpty(client))) return false;
    await client.query(`DROP TABLE ${month}`);
    return true;
  });
}

/** Null where somebody else holds what the work needs. */
const unlessUsed = <Result>(work: Promise<Result>): Promise<Result | null> =>
  work.catch((err: unknown) => {
    if (err instanceof DatabaseError && err.code === LOCK_NOT_AVAILABLE) return null;
    throw err;
  });
