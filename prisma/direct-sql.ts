import type { Pool, QueryResultRow } from 'pg';
import type { Prisma } from './generated/client';

/** Runs a statement and resolves to its rows, as `pg` reads them; sessions keep it parsed under the name. */
export type RunSql = <Row extends QueryResultRow>(
  name: string,
  statement: Prisma.Sql,
) => Promise<Row[]>;

/**
 * For the few small statements that somebody waits for and Prisma would only pass on: to pass one on takes as long as
 * the database takes for it. Names belong to one text each.
 */
export const runSqlOn =
  (pool: Pool): RunSql =>
  async <Row extends QueryResultRow>(name: string, { text, values }: Prisma.Sql) =>
    (await pool.query<Row>({ name, text, values })).rows;
