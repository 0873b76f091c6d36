import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import pg from 'pg';
import { AUDIT_LOG, type Entry, type Listed, signUpAdmin } from './administrator';
import { PASSWORD, REFRESH, SIGN_IN, type SignedUp, type UsersRig, startUsersRig } from './kit';

const USERS = 20_000;
const SESSIONS = 40_000;
const ENTRIES = 50_000;
const ID = (number: string): string =>
  `('00000000-0000-4000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
const SOMEBODY = '00000000-0000-4000-8000-000000000007';

let rig: UsersRig;
let admin: SignedUp;
let person: SignedUp;
/** Whose own queries are not counted as those of the subgraph: it reads no table of users. */
let watcher: pg.Client;
beforeAll(async () => {
  rig = await startUsersRig();
  admin = await signUpAdmin(rig, 'admin@example.org');
  person = await rig.signUp('person@example.org');
  watcher = new pg.Client({ connectionString: rig.databaseUrl });
  await watcher.connect();
  await fill();
  await settleCounts();
}, 900_000);
afterAll(async () => {
  await watcher?.end();
  await rig?.stop();
});

/** Strangers, of whom each has a device, two sessions and five entries; one entry in a thousand is of a rare kind. */
async function fill(): Promise<void> {
  const at = `timestamptz '2025-11-01Z' + n * interval '1 minute'`;
  for (const sql of [
    `INSERT INTO users."user" (id, email, email_key, display_name, password_hash, roles, created_at, password_at)
     SELECT ${ID('n')}, 'u' || n || '@example.org', 'u' || n || '@example.org', 'U', 'x', '{USER}', ${at}, ${at}
     FROM generate_series(1, ${USERS}) AS n`,
    `INSERT INTO users.session (id, user_id, generation, token_hash, chain_key, created_at, used_at,
       expires_at, amr, auth_time, user_agent, address)
     SELECT gen_random_uuid(), ${ID(`1 + n % ${USERS}`)}, 0, sha256(n::text::bytea), 'x', ${at}, ${at},
       timestamptz '2027-01-01Z', '{pwd}', ${at}, 'Test', '10.0.0.1'
     FROM generate_series(1, ${SESSIONS}) AS n`,
    `INSERT INTO users.known_device (user_id, device_hash, first_at, last_at)
     SELECT ${ID('n')}, sha256(n::text::bytea), ${at}, ${at} FROM generate_series(1, ${USERS}) AS n`,
    `INSERT INTO users.audit_entry (sequence, at, kind, actor, subject, address, user_agent, details, hash)
     SELECT 1000 + n, ${at}, CASE n % 1000 WHEN 0 THEN 'ROLES_CHANGED' ELSE 'SIGNED_IN' END,
       ${ID(`1 + n % ${USERS}`)}, ${ID(`1 + n % ${USERS}`)}, '10.1.' || n / 256 % 256 || '.' || n % 256,
       'Test', '{}', sha256(n::text::bytea)
     FROM generate_series(1, ${ENTRIES}) AS n`,
    'VACUUM ANALYZE',
  ]) {
    await watcher.query(sql);
  }
}

/** A connection counts what it read late, at its end at the latest: after this no small table of before is counted. */
async function settleCounts(): Promise<void> {
  const others = `SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  const { rows } = await watcher.query<{ pid: number }>(others);
  await rig.prisma.$disconnect();
  await rig.restart({});
  const before = rows.map(({ pid }) => pid);
  await until(
    async () => (await watcher.query(`${others} AND pid = ANY($1)`, [before])).rowCount,
    (left) => left === 0,
  );
}

const LARGE = ['user', 'session', 'known_device', 'audit_entry'];

/** How often an index was used, and how often a large table was read from end to end. */
async function counts(index: string): Promise<{ used: number; scans: number }> {
  const { rows } = await watcher.query<{ used: number; scans: number }>(
    `SELECT (SELECT idx_scan FROM pg_stat_user_indexes
             WHERE schemaname = 'users' AND indexrelname = $1)::float8 AS used,
            (SELECT sum(seq_scan) FROM pg_stat_user_tables
             WHERE schemaname = 'users' AND relname = ANY($2))::float8 AS scans`,
    [index, LARGE],
  );
  return rows[0] ?? { used: NaN, scans: NaN };
}

/** Resolves once the database has counted that the index was used; what reads a whole table is counted with it. */
async function walks(index: string, ask: () => Promise<unknown>): Promise<void> {
  const before = await counts(index);
  expect(before.used).not.toBeNaN();
  await ask();
  const after = await until(
    () => counts(index),
    ({ used }) => used > before.used,
  );
  expect(after.scans).toBe(before.scans);
}

describe('among 20,000 accounts, 40,000 sessions and 50,000 audit entries', () => {
  it('signing in finds the account by its address', async () => {
    const input = { email: 'person@example.org', password: PASSWORD, delivery: 'BODY' };
    await walks('user_email_key_key', () => rig.browser().data(SIGN_IN, { input }));
  });

  it('going on with a session finds it by its id', async () => {
    await walks('session_pkey', () =>
      rig.browser().data(REFRESH, { refreshToken: person.refreshToken }),
    );
  });

  it.each([
    ['audit_entry_at_sequence_idx', 'all of it', {}],
    [
      'audit_entry_at_sequence_idx',
      'a month',
      { to: '2025-12-05T00:00:00Z', from: '2025-11-05T00:00:00Z' },
    ],
    ['audit_entry_subject_at_sequence_idx', 'what happened to somebody', { subject: SOMEBODY }],
    ['audit_entry_actor_at_sequence_idx', 'what somebody did', { actor: SOMEBODY }],
    ['audit_entry_kind_at_sequence_idx', 'a rare kind', { kind: 'ROLES_CHANGED' }],
    ['audit_entry_address_at_sequence_idx', 'an address', { address: '10.1.0.7' }],
    [
      'audit_entry_subject_at_sequence_idx',
      'what happened to somebody in a month',
      { subject: SOMEBODY, to: '2025-12-05T00:00:00Z', from: '2025-11-01T00:00:00Z' },
    ],
  ])('the audit log walks along %s for %s, page by page', async (index, _, filter) => {
    const page = async (after: string | null): Promise<Listed<Entry>> => {
      const variables = { filter, first: 1, after };
      return (await admin.browser.data<{ auditLog: Listed<Entry> }>(AUDIT_LOG, variables)).auditLog;
    };
    let first: Listed<Entry> | undefined;
    await walks(index, async () => (first = await page(null)));
    expect(first?.edges).toHaveLength(1);
    await walks(index, () => page(first?.pageInfo.endCursor ?? null));
  });
});
