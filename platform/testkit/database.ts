import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { requiredUrl } from './redis';

/** A PostgreSQL database nobody else uses. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Creates an empty database and prepares it, e.g. with the migrations. */
export async function testDatabase(
  prepare: (url: string) => Promise<unknown>,
): Promise<TestDatabase> {
  const admin = requiredUrl('TEST_DATABASE_URL');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await run(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const drop = (): Promise<void> => run(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  try {
    await prepare(url.href);
  } catch (err) {
    await drop();
    throw err;
  }
  return { url: url.href, drop };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
