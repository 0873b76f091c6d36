import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOGINS, type Login, databaseUrlAs, roleOf } from '@spyhop/platform/own-database';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import pg from 'pg';
import type { PrismaClient } from '../client';
import { migrate } from '../migrate';
import { asUser, createOwnersPrisma } from '../row-owner';

const ALICE = '00000000-0000-4000-8000-00000000000a';
const BOB = '00000000-0000-4000-8000-00000000000b';

let database: TestDatabase;
let admin: pg.Client;
beforeAll(async () => {
  database = await testDatabase(migrate);
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  for (const login of LOGINS) {
    await admin.query(
      `CREATE ROLE ${loginOf(login)} LOGIN PASSWORD 'secret' IN ROLE ${roleOf(login)}`,
    );
  }
});
afterAll(async () => {
  for (const login of LOGINS) await admin.query(`DROP ROLE ${loginOf(login)}`);
  await admin.end();
  await database.drop();
});

const suffix = randomUUID().slice(0, 8);
const loginOf = (login: Login): string => `${login}_${suffix}`;

function urlOf(login: Login): string {
  const url = new URL(databaseUrlAs(login, database.url));
  [url.username, url.password] = [loginOf(login), 'secret'];
  return url.href;
}

async function as<Row extends object>(login: Login, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: urlOf(login) });
  await client.connect();
  return client
    .query<Row>(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

/** What a domain may also empty at once: candles, and what is made of simulated whales. */
const EMPTIED = new Set([
  'market.candle',
  ...[
    ...['transaction', 'asset_move', 'party_owner', 'fold', 'pattern', 'pattern_move'],
    ...['pattern_history', 'pattern_history_anew', 'pattern_awaiting', 'exchange_flow'],
    ...['owner_flow', 'asset_activity', 'wallet_move', 'wallet_asset', 'wallet_activity'],
    'wallet_counterparty',
  ].map((table) => `whales.${table}`),
]);

describe("a domain's role", () => {
  const rightsOf = async (login: Login): Promise<Record<string, string>> => {
    const { rows } = await admin.query<{ name: string; rights: string }>(
      `SELECT schemaname || '.' || tablename AS name, string_agg(left(privilege, 1), '' ORDER BY at) AS rights
       FROM pg_tables, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) WITH ORDINALITY AS p (privilege, at)
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'market_partition')
         AND has_table_privilege($1, format('%I.%I', schemaname, tablename), privilege)
       GROUP BY 1 ORDER BY 1`,
      [roleOf(login)],
    );
    return Object.fromEntries(rows.map(({ name, rights }) => [name, rights]));
  };

  it.each(['market', 'analytics', 'whales'] as const)(
    '%s can read and write all tables of its own schema, and no others',
    async (domain) => {
      const rights = Object.entries(await rightsOf(domain));
      expect(rights.length).toBeGreaterThan(0);
      for (const [name, held] of rights) {
        expect(name.split('.')[0]).toBe(domain);
        expect([name, held]).toEqual([name, EMPTIED.has(name) ? 'SIUDT' : 'SIUD']);
      }
    },
  );

  it('of users, for requests in their name, begins no session and reads nothing that opens one', async () => {
    const own = ['account_deletion', 'api_key', 'passkey', 'preference', 'recovery_code', 'totp'];
    const written = [...own, 'watchlist'].map((table) => [`users.${table}`, 'SIUD']);
    const shown = ['audit_entry', 'known_device', 'mail_link', 'security_alert', 'session', 'user'];
    expect(await rightsOf('users')).toEqual({
      ...Object.fromEntries(written),
      ...Object.fromEntries(shown.map((table) => [`users.${table}`, 'S'])),
      'users.audit_arrival': 'I',
    });
    await expect(as('users', `UPDATE users."user" SET roles = '{ADMIN}'`)).rejects.toMatchObject({
      code: '42501',
    });
    await expect(as('users', 'SELECT key FROM row_owner.key')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('of users, for what works in no user’s name, can add to the audit log and read it, and has no lists', async () => {
    const rights = await rightsOf('users_system');
    expect(rights).toMatchObject({ 'users.audit_arrival': 'SI', 'users.audit_entry': 'S' });
    expect(rights['users.watchlist']).toBeUndefined();
    expect(rights['users.preference']).toBeUndefined();
    expect(new Set(Object.keys(rights).map((name) => name.split('.')[0]))).toEqual(
      new Set(['users']),
    );
    expect(await rightsOf('whales_system')).toEqual({});
    expect(await as('whales_system', 'SELECT key FROM row_owner.key')).toHaveLength(1);
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
    for (const login of ['users', 'whales'] as const) {
      await expect(as(login, `SET ROLE ${roleOf(`${login}_system`)}`)).rejects.toMatchObject({
        code: '42501',
      });
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
    for (const each of LOGINS) await admin.query(`GRANT ${roleOf(each)} TO ${login}`);
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
      CREATE POLICY own ON users.note TO spyhop_users USING (user_id = (SELECT row_owner.id()));
      INSERT INTO users.note VALUES ('${ALICE}', 'of alice'), ('${BOB}', 'of bob');`);
    prisma = createOwnersPrisma(urlOf('users'), urlOf('users_system'));
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

  it('are no others’ for a statement that sets whatever it wants, in somebody’s name or in nobody’s', async () => {
    const settings: readonly (readonly [string, string])[] = [
      ['spyhop.system', 'on'],
      ['spyhop.user_id', BOB],
      ['spyhop.user_proof', ''],
      ['row_security', 'off'],
      ['search_path', 'pg_temp, row_owner, users'],
      ['session_replication_role', 'replica'],
    ];
    const tamper = async (client: Pick<PrismaClient, '$queryRaw'>): Promise<unknown> => {
      const set = settings.map(([name, value]) =>
        client.$queryRaw`SELECT set_config(${name}, ${value}, false)`.catch(() => null),
      );
      return Promise.all(set);
    };
    const seen = async (client: pg.Client): Promise<string[]> => {
      const { rows } = await client.query<{ body: string }>('SELECT body FROM users.note');
      return rows.map(({ body }) => body);
    };
    await tamper(prisma);
    expect(await unscoped(prisma).catch(() => [])).toEqual([]);
    const proofOfAlice = await asUser(
      prisma,
      ALICE,
      (transaction) =>
        transaction.$queryRaw<
          { proof: string }[]
        >`SELECT current_setting('spyhop.user_proof') AS proof`,
    );
    const client = new pg.Client({ connectionString: urlOf('users') });
    await client.connect();
    const set = (name: string, value: string): Promise<unknown> =>
      client.query('SELECT set_config($1, $2, false)', [name, value]);
    // What is proved of one is good for that one: the client's own way to ask.
    await set('spyhop.user_proof', proofOfAlice[0]?.proof ?? '');
    await set('spyhop.user_id', ALICE);
    expect(await seen(client)).toEqual(['of alice']);
    for (const [name, value] of settings) {
      await set(name, value).catch(() => undefined);
      expect(await seen(client).catch((): string[] => [])).not.toContain('of bob');
    }
    await client.end();
  });

  it('are seen by a query in pg_temp, or with a function of its own, no better', async () => {
    const client = new pg.Client({ connectionString: urlOf('users') });
    await client.connect();
    await client.query(`
      CREATE FUNCTION pg_temp.id() RETURNS uuid LANGUAGE sql AS $$ SELECT '${BOB}'::uuid $$;
      CREATE FUNCTION pg_temp.encode(bytea, text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
      SET search_path = pg_temp, pg_catalog;
      SET spyhop.user_id = '${BOB}'; SET spyhop.user_proof = 'x';`);
    expect((await client.query('SELECT body FROM users.note')).rows).toEqual([]);
    await client.end();
  });

  it('stay apart when what a user is called is no id, or SQL', async () => {
    expect(await asUser(prisma, '', unscoped)).toEqual([]);
    await expect(asUser(prisma, "' OR true --", unscoped)).rejects.toThrow(/uuid/);
  });
});
