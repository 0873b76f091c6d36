import type { Pool, PoolClient } from 'pg';
import { transaction } from './transaction';

/** Months are partitions: market_partition.candle_2021_05. */
export interface Month {
  name: string;
  /** Epoch ms, inclusive. */
  from: number;
  /** Epoch ms, exclusive. */
  to: number;
}

/** Makes room for candles that open from `from` to `to` (epoch ms, both inclusive). */
export async function ensurePartitions(
  pool: Pool,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const missing = await missingMonths(pool, monthsBetween(from, to));
  for (const month of missing) await transaction(pool, (client) => addMonth(client, month));
}

/** The months that have a partition, oldest first. */
export async function partitionedMonths(pool: Pool): Promise<Month[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT child.relname AS name
     FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
     WHERE inhparent = 'market.candle'::regclass ORDER BY 1`,
  );
  return rows.map(({ name }) => {
    const [, year, month] = name.split('_');
    return monthAt(Date.UTC(Number(year), Number(month) - 1));
  });
}

function monthsBetween(from: number, to: number): Month[] {
  const months: Month[] = [];
  for (let month = monthAt(from); month.from <= to; month = monthAt(month.to)) months.push(month);
  return months;
}

function monthAt(time: number): Month {
  const date = new Date(time);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return {
    name: `candle_${String(year)}_${String(month + 1).padStart(2, '0')}`,
    from: Date.UTC(year, month),
    to: Date.UTC(year, month + 1),
  };
}

async function missingMonths(pool: Pool, months: readonly Month[]): Promise<Month[]> {
  const names = months.map(({ name }) => name);
  const existing = new Set(await partitionNames(pool, names));
  return months.filter(({ name }) => !existing.has(name));
}

async function partitionNames(
  client: Pick<PoolClient, 'query'>,
  names: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables
     WHERE schemaname = 'market_partition' AND tablename = ANY ($1)`,
    [names],
  );
  return rows.map(({ name }) => name);
}

/** Created apart and then attached, because that does not make readers and writers wait. */
async function addMonth(client: PoolClient, { name, from, to }: Month): Promise<void> {
  const table = `market_partition.${name}`;
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('market.candle partitions'))`);
  if ((await partitionNames(client, [name])).length > 0) return;
  await client.query(`CREATE TABLE ${table} (LIKE market.candle INCLUDING ALL)`);
  await client.query(
    `ALTER TABLE market.candle ATTACH PARTITION ${table}
     FOR VALUES FROM ('${new Date(from).toISOString()}') TO ('${new Date(to).toISOString()}')`,
  );
}
