import { Client } from 'pg';

/** Of all users. */
export const PASSWORD = 'otter-quarry-lantern-71';

/** Rows of a full database. */
export interface Sizes {
  users: number;
  sessions: number;
  entries: number;
}

/** An id by its number. */
const ID = (number: string): string =>
  `('00000000-0000-4000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/** From half a year before May 2026 on, evenly. */
const AT = (number: string, of: number): string =>
  `timestamptz '2025-11-01Z' + interval '180 days' * (${number}::float8 / ${of})`;

const usersSql = ({ users }: Sizes): string => `
  INSERT INTO users."user" (id, email, email_key, display_name, password_hash, roles, created_at, password_at)
  SELECT ${ID('n')}, 'user' || n || '@example.org', 'user' || n || '@example.org', 'User ' || n, $1,
         CASE WHEN n % 10000 = 0 THEN '{USER,ADMIN}' ELSE '{USER}' END::text[],
         ${AT('n', users)}, ${AT('n', users)}
  FROM generate_series(1, ${users}) AS n`;

const sessionsSql = ({ users, sessions }: Sizes): string => `
  INSERT INTO users.session (id, user_id, generation, token_hash, chain_key, created_at, used_at, expires_at, amr, auth_time, user_agent, address)
  SELECT gen_random_uuid(), ${ID(`1 + n % ${users}`)}, 3, sha256(n::text::bytea), 'x', at, at, at + interval '400 days',
         '{pwd}', at, 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', '10.0.0.' || n % 250
  FROM generate_series(1, ${sessions}) AS n, LATERAL (SELECT ${AT('n', sessions)} AS at) AS times`;

/** Their hashes are no chain: nothing is verified here. One in a thousand is rare. */
const entriesSql = ({ users, entries }: Sizes): string => `
  INSERT INTO users.audit_entry (sequence, at, kind, actor, subject, session_id, address, user_agent, details, hash)
  SELECT n, ${AT('n', entries)},
         CASE WHEN n % 1000 = 0 THEN 'ROLES_CHANGED' WHEN n % 5 = 0 THEN 'SIGN_IN_FAILED' ELSE 'SIGNED_IN' END,
         ${ID(`1 + n % ${users}`)}, ${ID(`1 + n % ${users}`)}, gen_random_uuid(), '10.' || n / 65536 % 256 || '.' || n / 256 % 256 || '.' || n % 256,
         'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', '{"device":"known"}', sha256(n::text::bytea)
  FROM generate_series(1, ${entries}::bigint) AS n`;

/** Fills a migrated database; resolves to how many seconds it took. */
export async function seed(
  databaseUrl: string,
  sizes: Sizes,
  passwordHash: string,
): Promise<number> {
  const startedAt = performance.now();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET maintenance_work_mem = '512MB'`);
    await client.query(usersSql(sizes), [passwordHash]);
    await client.query(sessionsSql(sizes));
    // Indexes of a table that is there already are made much faster than kept.
    const { rows: indexes } = await client.query<{ name: string; sql: string }>(
      `SELECT indexname AS name, indexdef AS sql FROM pg_indexes
       WHERE schemaname = 'users' AND tablename = 'audit_entry' AND indexname NOT LIKE '%pkey'`,
    );
    for (const { name } of indexes) await client.query(`DROP INDEX users.${name}`);
    await client.query(entriesSql(sizes));
    for (const { sql } of indexes) await client.query(sql);
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
  return (performance.now() - startedAt) / 1_000;
}
