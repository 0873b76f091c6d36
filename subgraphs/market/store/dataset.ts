import { randomUUID } from 'node:crypto';
import type { FeedStatusEvent } from '@spyhop/platform/topics';
import type { Pool, PoolClient } from 'pg';
import type { Candle } from '../rules/market-data';
import { LOCK_SYMBOLS } from './candle-sql';
import { transaction } from './transaction';

export type SourceKind = Lowercase<FeedStatusEvent['source']>;

/**
 * Whose candles the table holds of each symbol. Candles of two sources never stand side by side:
 * before another source may write, what the former one wrote is removed. History that somebody
 * imported outside the span of time it has written stays.
 */
export interface Dataset {
  source: SourceKind;
  /** Whose candles are going to be written. */
  symbols: readonly string[];
  /** Whether a symbol is this feed's to care for, also one that is not followed any more. */
  isOurs: (symbol: string) => boolean;
  /** Epoch ms. */
  now: number;
  /** Whether a symbol starts empty even if the former source was of the same kind, as in every replay. */
  startsAfresh: (symbol: string) => boolean;
}

/** The right to write candles of some symbols; lost as soon as another process claims one of them. */
export interface DatasetClaim {
  /** Symbols whose former candles are gone, if there were any. */
  replaced: ReadonlySet<string>;
  /** By symbol when its dataset began, epoch ms; of two datasets of a symbol the later counts. */
  begun: ReadonlyMap<string, number>;
  /** Symbols of which other domains have yet to be told that. */
  unannounced: readonly string[];
  /**
   * Notes, in the transaction that is going to write the candles, that they are ours; throws
   * ClaimLost where they are not. Nobody can claim them before that transaction has ended.
   */
  cover(client: PoolClient, candles: readonly Candle[]): Promise<void>;
  /** Other domains have been told. */
  announced(symbols: readonly string[]): Promise<void>;
}

/** Another process writes candles by now. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';

  constructor() {
    super('another feed process writes candles by now');
  }
}

/** Whether candles of any of the symbols are of that source. */
export async function holdsCandlesOf(
  pool: Pick<Pool, 'query'>,
  source: SourceKind,
  symbols: readonly string[],
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT FROM market.dataset_part
     WHERE source = $1 AND symbol = ANY ($2) AND since IS NOT NULL LIMIT 1`,
    [source, symbols],
  );
  return rowCount === 1;
}

interface Part {
  symbol: string;
  source: SourceKind;
  since: Date | null;
  until: Date | null;
  begun: Date;
  announced: boolean;
}

/** Takes the symbols over from whoever wrote their candles, which takes as long as that is at it. */
export function claimDataset(pool: Pool, dataset: Dataset): Promise<DatasetClaim> {
  const owner = randomUUID();
  return transaction(pool, async (client) => {
    const former = await lockParts(client, dataset);
    const isOther = ({ symbol, source }: Pick<Part, 'symbol' | 'source'>): boolean =>
      source !== dataset.source || dataset.startsAfresh(symbol);
    const gone = [...former.values()].filter(isOther);
    const fresh = dataset.symbols.filter((symbol) => !former.has(symbol));
    const replaced = new Set([...gone.map(({ symbol }) => symbol), ...fresh]);
    await removeCandles(client, gone);
    const all = [...new Set([...former.keys(), ...fresh])];
    const now = new Date(dataset.now);
    const { rows } = await client.query<{ symbol: string; begun: Date }>(TAKE_OVER, [
      all,
      dataset.source,
      owner,
      now,
      [...replaced],
    ]);
    const begun = new Map(rows.map((part) => [part.symbol, part.begun.getTime()]));
    const untold = [...former.values()].filter((part) => !part.announced);
    const unannounced = [...new Set([...replaced, ...untold.map(({ symbol }) => symbol)])];
    return { replaced, begun, unannounced, ...rightsOf(pool, owner) };
  });
}

const TAKE_OVER = `
  INSERT INTO market.dataset_part AS part (symbol, source, owner, begun, announced)
  SELECT symbol, $2, $3::uuid, $4::timestamptz, false FROM unnest($1::text[]) AS symbol
  ON CONFLICT (symbol) DO UPDATE SET
    source = excluded.source, owner = excluded.owner,
    since = CASE WHEN part.symbol = ANY ($5) THEN NULL ELSE part.since END,
    until = CASE WHEN part.symbol = ANY ($5) THEN NULL ELSE part.until END,
    begun = CASE WHEN part.symbol = ANY ($5)
      THEN greatest(excluded.begun, part.begun + interval '1 ms') ELSE part.begun END,
    announced = part.announced AND part.symbol <> ALL ($5)
  RETURNING symbol, begun`;

/** In order, so that two processes never wait for each other. */
const LOCK_PARTS = `
  SELECT symbol, source, since, until, begun, announced FROM market.dataset_part
  WHERE symbol = ANY ($1) ORDER BY symbol FOR UPDATE`;

/** What is known of the symbols, and of others that are ours. */
async function lockParts(
  client: PoolClient,
  { symbols, isOurs }: Dataset,
): Promise<Map<string, Part>> {
  const known = await client.query<{ symbol: string }>('SELECT symbol FROM market.dataset_part');
  const ours = known.rows.map(({ symbol }) => symbol).filter(isOurs);
  const { rows } = await client.query<Part>(LOCK_PARTS, [[...symbols, ...ours]]);
  return new Map(rows.map((part) => [part.symbol, part]));
}

async function removeCandles(client: PoolClient, parts: readonly Part[]): Promise<void> {
  const written = parts.filter(({ since }) => since !== null);
  if (written.length === 0) return;
  const symbols = written.map(({ symbol }) => symbol);
  await client.query(LOCK_SYMBOLS, [symbols]);
  await client.query(
    `DELETE FROM market.candle
     USING unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS part (of, since, until)
     WHERE symbol = of AND open_time BETWEEN since AND until`,
    [symbols, written.map(({ since }) => since), written.map(({ until }) => until)],
  );
}

const rightsOf = (pool: Pool, owner: string): Pick<DatasetClaim, 'cover' | 'announced'> => ({
  cover: async (client, candles) => {
    const spans = spansOf(candles);
    const symbols = [...spans.keys()];
    await client.query(LOCK_PARTS, [symbols]);
    const { rowCount } = await client.query(
      `UPDATE market.dataset_part AS part
       SET since = least(part.since, span.since), until = greatest(part.until, span.until)
       FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS span (symbol, since, until)
       WHERE part.symbol = span.symbol AND owner = $4`,
      [
        symbols,
        [...spans.values()].map(([since]) => new Date(since)),
        [...spans.values()].map(([, until]) => new Date(until)),
        owner,
      ],
    );
    if (rowCount !== symbols.length) throw new ClaimLost();
  },
  announced: async (symbols) => {
    await pool.query(
      'UPDATE market.dataset_part SET announced = true WHERE symbol = ANY ($1) AND owner = $2',
      [symbols, owner],
    );
  },
});

/** First and last open time of each symbol's candles, epoch ms. */
function spansOf(candles: readonly Candle[]): Map<string, [since: number, until: number]> {
  const spans = new Map<string, [number, number]>();
  for (const { symbol, openTime } of candles) {
    const [since, until] = spans.get(symbol) ?? [Infinity, -Infinity];
    spans.set(symbol, [Math.min(since, openTime), Math.max(until, openTime)]);
  }
  return spans;
}
