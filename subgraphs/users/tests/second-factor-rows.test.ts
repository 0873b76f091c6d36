import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PrismaClient } from '@spyhop/prisma/client';
import { type Transaction, asUser } from '@spyhop/prisma/row-owner';
import { REMOVE_TOTP, RENEW_CODES, setUpTotp } from './factor-kit';
import { type UsersRig, startUsersRig } from './kit';
import { REMOVE_PASSKEY, type WithPasskey, signUpWithPasskey } from './passkey-kit';

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

describe('rows of second factors', () => {
  let ann: WithPasskey;
  let bob: WithPasskey;
  let prisma: PrismaClient;
  beforeAll(async () => {
    ann = await signUpWithPasskey(rig, 'ann-rows@example.org');
    bob = await signUpWithPasskey(rig, 'bob-rows@example.org');
    for (const { browser } of [ann, bob]) await setUpTotp(rig, browser);
    prisma = rig.ownersPrisma();
  });
  afterAll(() => prisma?.$disconnect());

  const owners = async (transaction: Transaction | PrismaClient): Promise<string[]> =>
    [
      await transaction.totp.findMany(),
      await transaction.passkey.findMany(),
      await transaction.recoveryCode.findMany(),
    ].map((rows) => [...new Set(rows.map(({ userId }) => userId))].join());

  it("are their owner's only, where a query forgets to ask for them", async () => {
    for (const { userId } of [ann, bob]) {
      expect(await asUser(prisma, userId, owners)).toEqual([userId, userId, userId]);
    }
    expect(await owners(prisma)).toEqual(['', '', '']);
  });

  it('cannot be changed or removed by others', async () => {
    const counts = await asUser(prisma, bob.userId, async (transaction) => [
      await transaction.totp.deleteMany({ where: { userId: ann.userId } }),
      await transaction.passkey.updateMany({
        where: { userId: ann.userId },
        data: { name: 'mine' },
      }),
      await transaction.recoveryCode.deleteMany({ where: { userId: ann.userId } }),
    ]);
    expect(counts.map(({ count }) => count)).toEqual([0, 0, 0]);
  });
});

describe('the owner of an account', () => {
  it('is told by mail of every change of what it takes to sign in', async () => {
    const email = 'told@example.org';
    const { browser, passkeyId: id } = await signUpWithPasskey(rig, email);
    const told = async (): Promise<string> => (await rig.mailbox.next(email)).text;
    expect(await told()).toContain('has got a passkey');
    await setUpTotp(rig, browser);
    expect(await told()).toContain('takes the codes of an app from now on');
    await browser.data(RENEW_CODES);
    expect(await told()).toContain('new recovery codes');
    await browser.data(REMOVE_TOTP);
    expect(await told()).toContain('no longer takes the codes');
    await browser.data(REMOVE_PASSKEY, { id });
    const last = await told();
    expect(last).toContain('A passkey was removed');
    expect(last).toContain('https://spyhop.example.org/forgot-password');
  });
});
