import { randomUUID } from 'node:crypto';
import type { FeedStatusEvent } from '@spyhop/platform/topics';
import type { Pool, PoolClient } from 'pg';

type SourceKind = Lowercase<FeedStatusEvent['source']>;

/**
 * Whose candles the table holds. Candles of two sources never stand side by side: before another
 * source may write, what the former one wrote is removed. History that somebody imported stays.
 */
export interface Dataset {
  source: SourceKind;
  /** Start empty even if the former source was of the same kind, as every replay does. */
  startsAfresh: boolean;
}

/** The right to write candles; lost as soon as another process claims it. */
export interface DatasetClaim {
  /** Candles that the former source had written were removed. */
  hasReplaced: boolean;
  /** Notes that candles from `from` to `to` (open times, epoch ms) are ours; throws when the claim is lost. */
  cover(from: number, to: number): Promise<void>;
}

/** Another process writes candles by now. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';

  constructor() {
    super('another feed process writes candles by now');
  }
}

interface Row {
  source: SourceKind;
  since: Date | null;
  until: Date | null;
}

export async function claimDataset(pool: Pool, dataset: Dataset): Promise<DatasetClaim> {
  const owner = randomUUID();
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const former = await lockRow(client);
    const hasReplaced = former?.source !== dataset.source || dataset.startsAfresh;
    if (hasReplaced) await removeCandles(client, former);
    await client.query(
      `INSERT INTO market.dataset (id, source, owner) VALUES (1, $1, $2)
       ON CONFLICT (id) DO UPDATE SET source = excluded.source, owner = excluded.owner,
         since = CASE WHEN $3 THEN NULL ELSE dataset.since END,
         until = CASE WHEN $3 THEN NULL ELSE dataset.until END`,
      [dataset.source, owner, hasReplaced],
    );
    await client.query('COMMIT');
    return { hasReplaced, cover: coverage(pool, owner) };
  } catch (err) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw err;
  } finally {
    client.release();
  }
}

async function lockRow(client: PoolClient): Promise<Row | undefined> {
  const { rows } = await client.query<Row>(
    'SELECT source, since, until FROM market.dataset WHERE id = 1 FOR UPDATE',
  );
  return rows[0];
}

async function removeCandles(client: PoolClient, former: Row | undefined): Promise<void> {
  if (!former?.since || !former.until) return;
  await client.query('DELETE FROM market.candle WHERE open_time BETWEEN $1 AND $2', [
    former.since,
    former.until,
  ]);
}

function coverage(pool: Pool, owner: string): DatasetClaim['cover'] {
  let [since, until] = [Infinity, -Infinity];
  return async (from, to) => {
    if (from >= since && to <= until) return;
    const { rowCount } = await pool.query(
      `UPDATE market.dataset SET since = least(since, $2), until = greatest(until, $3)
       WHERE id = 1 AND owner = $1`,
      [owner, new Date(from), new Date(to)],
    );
    if (rowCount === 0) throw new ClaimLost();
    since = Math.min(since, from);
    until = Math.max(until, to);
  };
}
