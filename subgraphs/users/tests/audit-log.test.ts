import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databaseUrlAs } from '@spyhop/platform/own-database';
import { until } from '@spyhop/platform/testkit/until';
import { createPrisma } from '@spyhop/prisma/client';
import pg from 'pg';
import { auditCommand } from '../audit';
import { sealOf } from '../rules/audit-chain';
import { MOST_AT_ONCE, readHead, sealArrivals } from '../store/audit-sealing';
import { PASSWORD, SIGN_IN, SIGN_OUT, type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
let owner: pg.Client;
beforeAll(async () => {
  rig = await startUsersRig();
  owner = new pg.Client({ connectionString: rig.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await rig.stop();
});

const sealed = (): Promise<unknown> =>
  until(async () => (await rig.prisma.auditArrival.count()) === 0);

async function verify(...args: string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const output = { write: (text: string) => (said += text) };
  const code = await auditCommand(['verify', ...args], rig.databaseUrl, output);
  return { code, said };
}

/** Does something to the log that only the owner of its tables can, and undoes it. */
async function tampered(sql: string, whileSo: () => Promise<void>): Promise<void> {
  await owner.query('BEGIN; ALTER TABLE users.audit_entry DISABLE TRIGGER USER; COMMIT');
  await owner.query('CREATE TABLE users.kept AS TABLE users.audit_entry');
  await owner.query(sql);
  await whileSo();
  await owner.query('DELETE FROM users.audit_entry');
  await owner.query('INSERT INTO users.audit_entry SELECT * FROM users.kept');
  await owner.query('DROP TABLE users.kept');
  await owner.query('ALTER TABLE users.audit_entry ENABLE TRIGGER USER');
}

describe('the audit log', () => {
  it('holds who signed in, who failed and who signed out, in order, addresses masked', async () => {
    const { browser, userId, sessionId } = await rig.signUp('ann@example.org');
    const wrong = { email: 'ann@example.org', password: 'wrong-wrong-wrong' };
    await rig.browser({ address: '198.51.100.7' }).errorCode(SIGN_IN, { input: wrong });
    await browser.data(SIGN_OUT);
    await sealed();
    const rows = await rig.prisma.auditEntry.findMany({ orderBy: { sequence: 'asc' } });
    expect(rows.map(({ sequence }) => Number(sequence))).toEqual(rows.map((_, index) => index + 1));
    expect(rows).toMatchObject([
      { kind: 'REGISTERED', actor: userId, subject: userId },
      { kind: 'SIGNED_IN', actor: userId, subject: userId, sessionId, address: '192.0.2.1' },
      {
        ...{ kind: 'SIGN_IN_FAILED', actor: null, subject: userId, address: '198.51.100.7' },
        details: { email: 'a***@example.org' },
      },
      { kind: 'SIGNED_OUT', actor: userId, subject: userId, sessionId },
    ]);
    expect(rows[0]?.at.getTime()).toBe(rig.now);
  });

  it('verifies, and says where its chain stands', async () => {
    const { sequence, hash } = await readHead(rig.prisma);
    const { code, said } = await verify();
    expect(code).toBe(0);
    expect(said).toContain(`${sequence}:${Buffer.from(hash).toString('hex')}`);
  });

  it.each([
    [
      'UPDATE users.audit_entry SET address = $$203.0.113.9$$ WHERE sequence = 2',
      'entry 2 was changed',
    ],
    [
      'UPDATE users.audit_entry SET details = $${"email":"b***@example.org"}$$ WHERE sequence = 3',
      'entry 3 was changed',
    ],
    ['UPDATE users.audit_entry SET hash = sha256(hash) WHERE sequence = 4', 'entry 4 was changed'],
    ['DELETE FROM users.audit_entry WHERE sequence = 3', 'entry 3 is missing'],
    ['UPDATE users.audit_entry SET sequence = 100 WHERE sequence = 1', 'entry 1 is missing'],
  ])('is found out after %s', async (sql, named) => {
    await tampered(sql, async () => {
      const { code, said } = await verify();
      expect(code).toBe(1);
      expect(said).toContain(named);
    });
    expect((await verify()).code).toBe(0);
  });

  it('is found out where its end is missing, by who has noted where it stood', async () => {
    const { sequence, hash } = await readHead(rig.prisma);
    const noted = `${sequence}:${Buffer.from(hash).toString('hex')}`;
    expect((await verify('--noted', noted)).code).toBe(0);
    await tampered(`DELETE FROM users.audit_entry WHERE sequence = ${sequence}`, async () => {
      expect((await verify()).code).toBe(0);
      const { code, said } = await verify('--noted', noted);
      expect(code).toBe(1);
      expect(said).toContain(`entry ${sequence} is missing`);
    });
  });

  it('can be neither changed nor emptied, by the role of the subgraph nor by the owner by mistake', async () => {
    const role = new pg.Client({
      connectionString: databaseUrlAs('users', rig.databaseUrl),
    });
    await role.connect();
    for (const [client, statements] of [
      [
        role,
        [
          'INSERT INTO users.audit_entry SELECT * FROM users.audit_entry',
          'DELETE FROM users.audit_arrival',
        ],
      ],
      [owner, []],
    ] as const) {
      for (const sql of [
        ...statements,
        `UPDATE users.audit_entry SET kind = 'SIGNED_OUT'`,
        'DELETE FROM users.audit_entry',
        'TRUNCATE users.audit_entry',
      ]) {
        await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
      }
    }
    await role.end();
  });

  it('keeps one chain where several processes seal at once while others write', async () => {
    const url = databaseUrlAs('users_system', rig.databaseUrl);
    const replicas = [1, 2, 3].map(() => createPrisma(url));
    const before = await readHead(rig.prisma);
    const [rounds, each] = [12, 250];
    const arrival = { at: new Date(rig.now), kind: 'SIGN_IN_FAILED', address: '', userAgent: '' };
    await Promise.all(
      replicas.map(async (replica) => {
        for (let round = 0; round < rounds; round++) {
          await replica.auditArrival.createMany({
            data: Array.from({ length: each }, () => ({ ...arrival, details: {} })),
          });
          await sealArrivals(replica, async () => true);
        }
      }),
    );
    await sealed();
    await Promise.all(replicas.map((replica) => replica.$disconnect()));
    const written = replicas.length * rounds * each;
    expect(written).toBeGreaterThan(MOST_AT_ONCE);
    expect((await readHead(rig.prisma)).sequence).toBe(before.sequence + written);
    expect((await verify()).code).toBe(0);
  });

  it('knows nothing of a sign-in that did not come about, and a sign-in that it cannot take down does not', async () => {
    const { browser } = await rig.signUp('bea@example.org');
    await sealed();
    await owner.query('ALTER TABLE users.audit_arrival RENAME TO away');
    const before = await rig.prisma.session.count();
    const input = { email: 'bea@example.org', password: PASSWORD };
    expect(await browser.errorCode(SIGN_IN, { input })).toBe('INTERNAL');
    expect(await rig.prisma.session.count()).toBe(before);
    await owner.query('ALTER TABLE users.away RENAME TO audit_arrival');
    await browser.data(SIGN_IN, { input });
  });
});

describe('the seal of an entry', () => {
  it('is SHA-256 of canonical JSON, as other programs compute it', () => {
    const entry = {
      ...{ sequence: 1, at: 1_777_636_800_000, kind: 'SIGN_IN_FAILED', actor: null },
      ...{ subject: '00000000-0000-4000-8000-00000000000a', sessionId: null },
      ...{ address: '192.0.2.1', userAgent: 'curl/8.5.0 "é"', details: { b: '2', a: '1' } },
    };
    // By Python's json.dumps(sort_keys=True, separators=(',', ':'), ensure_ascii=False) and hashlib.sha256.
    expect(sealOf(entry, new Uint8Array(32)).toString('hex')).toBe(
      '1cda13f3fde393ee085479ec6c16c15b643ce2593036555d36862c40a5ab2e99',
    );
  });
});
