import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import { SIGN_IN, PASSWORD, type SignedUp, type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
let ann: SignedUp;
let bob: SignedUp;
let prisma: PrismaClient;

beforeAll(async () => {
  rig = await startUsersRig();
  [ann, bob] = [await rig.signUp('ann@example.org'), await rig.signUp('bob@example.org')];
  for (const email of ['ann@example.org', 'bob@example.org']) {
    const browser = rig.browser();
    await browser.data(SIGN_IN, { input: { email, password: PASSWORD } });
    await browser.data(`mutation ($email: String!) { requestPasswordReset(email: $email) }`, {
      email,
    });
    await rig.mailbox.next(email);
  }
  // What the subgraph itself logs in as.
  prisma = rig.ownersPrisma();
});
afterAll(async () => {
  await prisma?.$disconnect();
  await rig?.stop();
});

describe('a query that forgets to ask whose rows it wants', () => {
  it('gets those of the user in whose name it asks, of every table that belongs to users', async () => {
    const { users, others } = await asUser(prisma, ann.userId, async (tx) => {
      const [sessions, devices, links] = await Promise.all([
        tx.session.findMany(),
        tx.knownDevice.findMany(),
        tx.mailLink.findMany(),
      ]);
      return { users: await tx.user.findMany(), others: [sessions, devices, links] };
    });
    expect(users.map(({ id }) => id)).toEqual([ann.userId]);
    expect(others.map((rows) => new Set(rows.map(({ userId }) => userId)))).toEqual(
      others.map(() => new Set([ann.userId])),
    );
  });

  it('changes nobody else’s', async () => {
    const changed = await asUser(prisma, ann.userId, (tx) =>
      tx.user.updateMany({ where: { id: bob.userId }, data: { displayName: 'mine now' } }),
    );
    expect(changed.count).toBe(0);
    const given = asUser(prisma, ann.userId, (tx) =>
      tx.recoveryCode.create({ data: { userId: bob.userId, codeHash: new Uint8Array(32) } }),
    );
    await expect(given).rejects.toThrow(/row-level security/);
    const ended = asUser(prisma, ann.userId, (tx) =>
      tx.session.updateMany({ data: { endedAt: null } }),
    );
    await expect(ended).rejects.toThrow(/permission denied/);
  });

  it('gets no others’ for whatever it sets besides', async () => {
    const seen = await asUser(prisma, ann.userId, async (tx) => {
      await tx.$executeRaw`SELECT set_config('spyhop.system', 'on', true)`;
      const before = await tx.user.findMany();
      await tx.$executeRaw`SELECT set_config('spyhop.user_id', ${bob.userId}, true)`;
      return [...before, ...(await tx.user.findMany()), ...(await tx.auditEntry.findMany())];
    });
    expect(seen.map((row) => 'email' in row && row.id)).toEqual([ann.userId]);
  });

  it('gets nothing in nobody’s name', async () => {
    expect(await prisma.user.count()).toBe(0);
    expect(await prisma.session.count()).toBe(0);
  });
});
