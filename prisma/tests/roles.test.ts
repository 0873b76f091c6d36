import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Domain, databaseUrlAs, roleOf } from '@spyhop/platform/own-database';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import pg from 'pg';
import { type PrismaClient, createPrisma, createSystemPrisma } from '../client';
import { migrate } from '../migrate';
import { asUser } from '../row-owner';

const DOMAINS: readonly Domain[] = ['market', 'analytics', 'users', 'whales'];
const ALICE = '00000000-0000-4000-8000-00000000000a';
const BOB = '00000000-0000-4000-8000-00000000000b';

let database: TestDatabase;
let admin: pg.Client;
beforeAll(async () => {
  database = await testDatabase(migrate);
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  for (const domain of DOMAINS) {
    await admin.query(
      `CREATE ROLE ${loginOf(domain)} LOGIN PASSWORD 'secret' IN ROLE ${roleOf(domain)}`,
    );
  }
});
afterAll(async () => {
  for (const domain of DOMAINS) await admin.query(`DROP ROLE ${loginOf(domain)}`);
  await admin.end();
  await database.drop();
});

const suffix = randomUUID().slice(0, 8);
const loginOf = (domain: Domain): string => `${domain}_${suffix}`;

async function as<Row extends object>(domain: Domain, sql: string): Promise<Row[]> {
  const url = new URL(databaseUrlAs(roleOf(domain), database.url));
  [url.username, url.password] = [loginOf(domain), 'secret'];
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client
    .query<Row>(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

describe("a domain's role", () => {
  it.each(DOMAINS)(
    '%s can read and write all tables of its own schema, and no others',
    async (domain) => {
      const { rows } = await admin.query<{ schema: string; privilege: string; allowed: boolean }>(
        `SELECT schemaname AS schema, privilege, has_table_privilege($1, format('%I.%I', schemaname, tablename), privilege) AS allowed
       FROM pg_tables, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'market_partition')
         AND tablename NOT LIKE 'audit\\_%'`,
        [roleOf(domain)],
      );
      expect(rows.length).toBeGreaterThan(0);
      for (const { schema, privilege, allowed } of rows) {
        expect({ schema, privilege, allowed }).toEqual({
          schema,
          privilege,
          allowed: schema === domain,
        });
      }
    },
  );

  it('of users can add to the audit log, and read it', async () => {
    const { rows } = await admin.query<{ table: string; privileges: string[] }>(
      `SELECT tablename AS table, ARRAY(
         SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
         WHERE has_table_privilege('spyhop_users', format('users.%I', tablename), privilege)) AS privileges
       FROM pg_tables WHERE tablename LIKE 'audit\\_%' ORDER BY tablename`,
    );
    expect(rows).toEqual([
      { table: 'audit_arrival', privileges: ['SELECT', 'INSERT'] },
      { table: 'audit_entry', privileges: ['SELECT'] },
    ]);
  });

  it('is refused what is not its own', async () => {
    await admin.query('CREATE TABLE IF NOT EXISTS users.probe (secret text)');
    await expect(as('market', 'SELECT * FROM users.probe')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(as('analytics', 'SELECT * FROM market.asset')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(as('users', 'DELETE FROM analytics.close')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(as('market', 'SELECT * FROM _prisma_migrations')).rejects.toMatchObject({
      code: '42501',
    });
    await admin.query('DROP TABLE users.probe');
  });

  it('cannot make tables or schemas, alter its own, or become another role', async () => {
    for (const sql of [
      'CREATE TABLE users.mine (id int)',
      'CREATE TABLE public.mine (id int)',
      'CREATE SCHEMA mine',
      'ALTER TABLE analytics.close ADD COLUMN mine int',
      'SET ROLE spyhop_market; SELECT * FROM market.asset',
    ]) {
      await expect(as('analytics', sql)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('market makes months of candles and drops them', async () => {
    await as(
      'market',
      'CREATE TABLE market_partition.candle_2021_05 (LIKE market.candle INCLUDING ALL)',
    );
    await as(
      'market',
      `ALTER TABLE market.candle ATTACH PARTITION market_partition.candle_2021_05
       FOR VALUES FROM ('2021-05-01Z') TO ('2021-06-01Z')`,
    );
    await as('market', 'DROP TABLE market_partition.candle_2021_05');
  });

  it('is there once for all databases of a cluster, however many are migrated at a time', async () => {
    const others = await Promise.all([1, 2, 3].map(() => testDatabase(migrate)));
    await Promise.all(others.map((other) => other.drop()));
  });
});

describe('who migrates', () => {
  it('need not be a superuser where the roles are there', async () => {
    const login = `migrator_${suffix}`;
    await admin.query(`CREATE ROLE ${login} LOGIN PASSWORD 'secret'`);
    for (const domain of DOMAINS) await admin.query(`GRANT ${roleOf(domain)} TO ${login}`);
    const owned = await testDatabase(async (url) => {
      const name = new URL(url).pathname.slice(1);
      await admin.query(`ALTER DATABASE ${name} OWNER TO ${login}`);
      const as = new URL(url);
      [as.username, as.password] = [login, 'secret'];
      expect(await migrate(as.href)).not.toEqual([]);
    });
    await owned.drop();
    await admin.query(`DROP ROLE ${login}`);
  });
});

describe('every table with rows of users', () => {
  it('has row-level security that binds its owner too, and a policy', async () => {
    const { rows } = await admin.query<{ name: string; fenced: boolean }>(
      `SELECT c.relname AS name,
              c.relrowsecurity AND c.relforcerowsecurity
                AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid) AS fenced
       FROM pg_class c
       WHERE c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
         AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND (c.oid = 'users."user"'::regclass OR EXISTS (SELECT FROM pg_attribute
              WHERE attrelid = c.oid AND attname = 'user_id' AND NOT attisdropped))`,
    );
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['user', 'session', 'watchlist', 'own_label', 'followed_wallet']),
    );
    expect(rows.filter(({ fenced }) => !fenced)).toEqual([]);
  });
});

describe('rows of users', () => {
  let prisma: PrismaClient;
  beforeAll(async () => {
    await admin.query(`
      CREATE TABLE users.note (user_id uuid NOT NULL, body text NOT NULL);
      ALTER TABLE users.note ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY own ON users.note
        USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
      CREATE POLICY system ON users.note USING (current_setting('spyhop.system', true) = 'on');
      INSERT INTO users.note VALUES ('${ALICE}', 'of alice'), ('${BOB}', 'of bob');`);
    prisma = createPrisma(databaseUrlAs(roleOf('users'), database.url));
  });
  afterAll(async () => {
    await prisma.$disconnect();
    await admin.query('DROP TABLE users.note');
  });

  const unscoped = (client: Pick<PrismaClient, '$queryRaw'>): Promise<{ body: string }[]> =>
    client.$queryRaw`SELECT body FROM users.note ORDER BY body`;

  it('are all that a deliberately unscoped query of a user finds', async () => {
    expect(await asUser(prisma, ALICE, unscoped)).toEqual([{ body: 'of alice' }]);
    expect(await asUser(prisma, BOB, unscoped)).toEqual([{ body: 'of bob' }]);
  });

  it('are not to be had in nobody’s name, also on a connection that was a user’s before', async () => {
    await Promise.all(Array.from({ length: 20 }, () => asUser(prisma, ALICE, unscoped)));
    for (let asked = 0; asked < 20; asked++) expect(await unscoped(prisma)).toEqual([]);
  });

  it('can be neither changed, removed nor given away by others', async () => {
    await asUser(prisma, BOB, async (transaction) => {
      expect(
        await transaction.$executeRaw`UPDATE users.note SET body = 'of bob' WHERE body = 'of alice'`,
      ).toBe(0);
      expect(await transaction.$executeRaw`DELETE FROM users.note WHERE body = 'of alice'`).toBe(0);
    });
    const forged = asUser(
      prisma,
      BOB,
      (transaction) =>
        transaction.$executeRaw`INSERT INTO users.note VALUES (${ALICE}::uuid, 'forged')`,
    );
    await expect(forged).rejects.toMatchObject({
      meta: { driverAdapterError: { cause: { originalCode: '42501' } } },
    });
    const given = asUser(
      prisma,
      BOB,
      (transaction) => transaction.$executeRaw`UPDATE users.note SET user_id = ${ALICE}::uuid`,
    );
    await expect(given).rejects.toThrow(/row-level security/);
  });

  it('are all there for the system, by a client of its own', async () => {
    const system = createSystemPrisma(databaseUrlAs(roleOf('users'), database.url));
    const rows = await unscoped(system).finally(() => system.$disconnect());
    expect(rows.map(({ body }) => body)).toEqual(['of alice', 'of bob']);
    expect(await unscoped(prisma)).toEqual([]);
  });

  it('stay apart when what a user is called is no id, or SQL', async () => {
    for (const id of ['', "' OR true --"]) {
      await expect(
        asUser(prisma, id, unscoped).catch((err: { message: string }) => [
          /uuid/.test(err.message),
        ]),
      ).resolves.toEqual(id === '' ? [] : [true]);
    }
  });
});
