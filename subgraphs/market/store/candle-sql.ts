/** What a candle says, apart from which one it is. */
const FIGURES = 'open, high, low, close, volume, quote_volume, trades';

const of = (row: string): string => FIGURES.replaceAll(/\w+/g, (name) => `${row}.${name}`);

/** A source that knows less about the same trades does not erase what another one said. */
const keptIfSilent = (name: string): string => `
  CASE WHEN stored.volume = excluded.volume THEN coalesce(excluded.${name}, stored.${name})
       ELSE excluded.${name} END`;

const GIVEN = of('excluded')
  .replace('excluded.quote_volume', keptIfSilent('quote_volume'))
  .replace('excluded.trades', keptIfSilent('trades'));

/**
 * Writes candles that a source gave, as interval $1. `source` is a relation of line, symbol,
 * open_time and figures, in which the last line of a candle counts. Returns symbol and open_time
 * of those that are new or different now, and touches no other row.
 */
export const upsertGiven = (source: string): string => `
  INSERT INTO market.candle AS stored (symbol, interval, open_time, ${FIGURES})
  SELECT DISTINCT ON (symbol, open_time) symbol, $1, open_time, ${FIGURES}
  FROM ${source}
  ORDER BY symbol, open_time, line DESC
  ON CONFLICT (symbol, interval, open_time) DO UPDATE
  SET (${FIGURES}, minutes) = (${GIVEN}, NULL)
  WHERE stored.minutes IS NOT NULL OR (${of('stored')}) IS DISTINCT FROM (${GIVEN})
  RETURNING symbol, open_time`;

/**
 * Makes the candles of the coarser interval $2, of length $3, out of those of the finer one $1, of
 * $4 minutes, wherever a candle of `changed` (symbol, open_time) lies. It replaces neither what a
 * source gave for the coarser interval itself nor what was made of more minutes than are left now.
 */
export const rollUp = (changed: string): string => `
  WITH bucket AS (
    SELECT DISTINCT symbol, date_bin($3::interval, open_time, 'epoch') AS open_time
    FROM ${changed}
  )
  INSERT INTO market.candle AS stored (symbol, interval, open_time, ${FIGURES}, minutes)
  SELECT bucket.symbol, $2, bucket.open_time, made.*
  FROM bucket CROSS JOIN LATERAL (
    SELECT
      (array_agg(part.open ORDER BY part.open_time))[1],
      max(part.high),
      min(part.low),
      (array_agg(part.close ORDER BY part.open_time DESC))[1],
      sum(part.volume),
      CASE WHEN count(part.quote_volume) = count(*) THEN sum(part.quote_volume) END,
      CASE WHEN count(part.trades) = count(*) THEN sum(part.trades) END,
      sum(coalesce(part.minutes, $4::int))
    FROM market.candle AS part
    WHERE part.symbol = bucket.symbol AND part.interval = $1
      AND part.open_time >= bucket.open_time AND part.open_time < bucket.open_time + $3::interval
  ) AS made
  ON CONFLICT (symbol, interval, open_time) DO UPDATE
  SET (${FIGURES}, minutes) = (${of('excluded')}, excluded.minutes)
  WHERE stored.minutes <= excluded.minutes
    AND (${of('stored')}, stored.minutes) IS DISTINCT FROM (${of('excluded')}, excluded.minutes)`;

/**
 * One writer per symbol at a time, until the transaction ends: candles made of others must see all
 * of those. In order, so that two writers never wait for each other.
 */
export const LOCK_SYMBOLS = `
  SELECT pg_advisory_xact_lock(hashtext('market.candle'), hashtext(symbol))
  FROM (SELECT DISTINCT symbol FROM unnest($1::text[]) AS symbol ORDER BY symbol) AS symbols`;

/** Candles as parameters $2 to $10, a column each, in the form that `upsertGiven` reads. */
export const GIVEN_AS_PARAMETERS = `
  unnest($2::text[], $3::timestamptz[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[],
         $8::numeric[], $9::numeric[], $10::int[])
  WITH ORDINALITY AS given (symbol, open_time, ${FIGURES}, line)`;

/** Candles as parameters $5 and $6, in the form that `rollUp` reads. */
export const CHANGED_AS_PARAMETERS = `
  unnest($5::text[], $6::timestamptz[]) AS changed (symbol, open_time)`;

/** Where an import collects what it reads before anything is written. */
export const CREATE_INCOMING = `
  CREATE TEMP TABLE incoming (
    line bigint GENERATED ALWAYS AS IDENTITY, symbol text COLLATE "C", open_time timestamptz(3),
    open numeric, high numeric, low numeric, close numeric, volume numeric,
    quote_volume numeric, trades int
  ) ON COMMIT DROP;
  CREATE TEMP TABLE changed (symbol text COLLATE "C", open_time timestamptz(3)) ON COMMIT DROP`;

export const COPY_INCOMING = `COPY incoming (symbol, open_time, ${FIGURES}) FROM STDIN`;

export const UPSERT_INCOMING = `
  WITH written AS (${upsertGiven('incoming')})
  INSERT INTO changed SELECT symbol, open_time FROM written`;

/** What a candle of a known series says, its open time in epoch ms and its prices with every digit. */
export const SERIES_COLUMNS = `
  (extract(epoch FROM open_time) * 1000)::float8 AS "openTime",
  open::text, high::text, low::text, close::text, volume::text,
  quote_volume::text AS "quoteVolume", trades`;

/** The columns of a candle. */
export const CANDLE_COLUMNS = `symbol, interval, ${SERIES_COLUMNS}`;

/**
 * Keeps out the candle that may still be growing: the newest of its series, as long as not all of
 * its minutes are there. $1 to $2 are symbol and interval, $3 is its length in minutes.
 */
export const IS_FINISHED = `
  (minutes IS NULL OR minutes >= $3 OR EXISTS (
    SELECT FROM market.candle AS newer
    WHERE newer.symbol = $1 AND newer.interval = $2 AND newer.open_time > candle.open_time))`;
