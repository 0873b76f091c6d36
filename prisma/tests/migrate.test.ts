import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Login, databaseUrlAs } from '@spyhop/platform/own-database';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import pg from 'pg';
import { createPrisma } from '../client';
import { driftOf, migrate } from '../migrate';
import { asUser, createOwnersPrisma } from '../row-owner';

const MIGRATIONS = join(__dirname, '../migrations');
const migrationNames = readdirSync(MIGRATIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

describe('migrations', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let applied: string[];

  beforeAll(async () => {
    database = await testDatabase(async (url) => (applied = await migrate(url)));
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const query = async (sql: string): Promise<Record<string, unknown>[]> =>
    (await client.query<Record<string, unknown>>(sql)).rows;

  it('bring an empty database to the schema, all of them and in order', () => {
    expect(applied).toEqual(migrationNames);
  });

  it('agree with the schema', async () => {
    expect(await driftOf(database.url)).toBe('');
  });

  it('agree with the schema also once the candles have partitions', async () => {
    await query(`CREATE TABLE market_partition.candle_2021_05 PARTITION OF market.candle
      FOR VALUES FROM ('2021-05-01Z') TO ('2021-06-01Z')`);
    expect(await driftOf(database.url)).toBe('');
  });

  it('change nothing when applied again', async () => {
    const before = await query('SELECT * FROM _prisma_migrations');
    expect(await migrate(database.url)).toEqual([]);
    expect(await query('SELECT * FROM _prisma_migrations')).toEqual(before);
  });

  it("are recorded as Prisma's own command does, so that either can go on from the other", async () => {
    const rows = await query('SELECT * FROM public._prisma_migrations ORDER BY migration_name');
    expect(rows.map((row) => [row['migration_name'], row['checksum']])).toEqual(
      migrationNames.map((name) => [name, sha256(join(MIGRATIONS, name, 'migration.sql'))]),
    );
    for (const row of rows) {
      expect(row).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        finished_at: expect.any(Date),
        started_at: expect.any(Date),
        rolled_back_at: null,
        applied_steps_count: 1,
      });
    }
    expect(await columnsOf('_prisma_migrations')).toEqual(PRISMA_COLUMNS);
  });

  it('that fail say why, and go on once that is mended', async () => {
    const failing = migrationNames.find((name) => name.endsWith('_keys_by_end')) ?? '';
    await query(`DELETE FROM _prisma_migrations WHERE migration_name = '${failing}'`);
    await expect(migrate(database.url)).rejects.toThrow(
      `${failing}: relation "api_key_expires_at_idx" already exists`,
    );
    await expect(migrate(database.url)).rejects.toThrow('already exists');
    await query('DROP INDEX users.api_key_expires_at_idx');
    expect(await migrate(database.url)).toEqual([failing]);
    expect(await driftOf(database.url)).toBe('');
  });

  it('show a difference when the database was changed by hand', async () => {
    await query('ALTER TABLE market.asset ADD COLUMN colour text');
    expect(await driftOf(database.url)).toContain('DROP COLUMN "colour"');
    await query('ALTER TABLE market.asset DROP COLUMN colour');
  });

  it('leave tables that the generated client can use, with decimals to the last digit', async () => {
    const prisma = createPrisma(database.url);
    try {
      const circulatingSupply = '19970000.123456789012345678901234567890123';
      const asset = { symbol: 'BTC', name: 'Bitcoin', pair: 'BTCUSDT', priceDecimals: 2 };
      const updatedAt = new Date('2026-01-02T03:04:05.678Z');
      await prisma.asset.create({ data: { ...asset, circulatingSupply, updatedAt } });
      const stored = await prisma.asset.findUniqueOrThrow({ where: { symbol: 'BTC' } });
      expect(stored.circulatingSupply?.toFixed()).toBe(circulatingSupply);
      expect(stored.updatedAt).toEqual(updatedAt);
    } finally {
      await prisma.$disconnect();
    }
  });

  const columnsOf = (table: string): Promise<Record<string, unknown>[]> =>
    query(`SELECT column_name, data_type, is_nullable FROM information_schema.columns
      WHERE table_name = '${table}' ORDER BY ordinal_position`);
});

describe('a database of the version before', () => {
  it('keeps the rows of users, of whom each sees their own and the system those of all', async () => {
    const sqlOf = (name: string): string =>
      readFileSync(join(MIGRATIONS, name, 'migration.sql'), 'utf8');
    const at = migrationNames.findIndex((name) => name.endsWith('_row_owner'));
    const database = await testDatabase(async (url) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      for (const name of migrationNames.slice(0, at)) await client.query(sqlOf(name));
      for (const email of ['ann@example.org', 'bob@example.org']) {
        await client.query(
          `WITH owner AS (
             INSERT INTO users."user" (id, email, email_key, display_name, password_hash, roles, created_at, password_at)
             VALUES (gen_random_uuid(), $1, $1, 'X', 'x', '{}', now(), now()) RETURNING id
           ), label AS (
             INSERT INTO whales.own_label SELECT id, 'bitcoin', 'x', $1, 'OTHER', '', now() FROM owner
           )
           INSERT INTO users.preference (user_id, currency, theme, default_interval)
           SELECT id, 'USD', 'DARK', 'H1' FROM owner`,
          [email],
        );
      }
      for (const name of migrationNames.slice(at)) await client.query(sqlOf(name));
      await client.end();
    });
    const as = (login: Login): string => databaseUrlAs(login, database.url);
    const system = createPrisma(as('users_system'));
    const users = createOwnersPrisma(as('users'), as('users_system'));
    const whales = createOwnersPrisma(as('whales'), as('whales_system'));
    try {
      const accounts = await system.user.findMany();
      expect(accounts.map(({ email }) => email).sort()).toEqual([
        'ann@example.org',
        'bob@example.org',
      ]);
      for (const { id, email } of accounts) {
        const preferences = await asUser(users, id, (tx) => tx.preference.findMany());
        expect(preferences.map(({ userId }) => userId)).toEqual([id]);
        const labels = await asUser(whales, id, (tx) => tx.ownWalletLabel.findMany());
        expect(labels.map(({ name }) => name)).toEqual([email]);
      }
    } finally {
      for (const prisma of [system, users, whales]) await prisma.$disconnect();
      await database.drop();
    }
  });
});

const sha256 = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex');

/** From Prisma's schema engine: the table that `prisma migrate deploy` creates and reads. */
const PRISMA_COLUMNS = [
  ['id', 'character varying', 'NO'],
  ['checksum', 'character varying', 'NO'],
  ['finished_at', 'timestamp with time zone', 'YES'],
  ['migration_name', 'character varying', 'NO'],
  ['logs', 'text', 'YES'],
  ['rolled_back_at', 'timestamp with time zone', 'YES'],
  ['started_at', 'timestamp with time zone', 'NO'],
  ['applied_steps_count', 'integer', 'NO'],
].map(([column_name, data_type, is_nullable]) => ({ column_name, data_type, is_nullable }));
