import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { revocationsInForce } from '@spyhop/platform/identity-revocation';
import { until } from '@spyhop/platform/testkit/until';
import { usersCommand } from '../administer';
import { PASSWORD, REFRESH, SIGN_IN, type SignedUp, type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
let ann: SignedUp;
let bob: SignedUp;
beforeAll(async () => {
  rig = await startUsersRig({ now: Date.now() });
  [ann, bob] = [await rig.signUp('ann@example.org'), await rig.signUp('bob@example.org')];
});
afterAll(() => rig?.stop());

/** Runs the command; its exit code, and what it says. */
async function run(...args: string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const output = { write: (text: string) => (said += text) };
  return { code: await usersCommand(args, { ...rig.command, output }), said };
}

const revoked = async (): Promise<string[]> =>
  (await revocationsInForce(rig.space, rig.now)).flatMap(({ sessions }) => sessions);

describe('sessions that whoever runs the installation ends', () => {
  it('are those of one person, whose tokens count no more; it is in the audit log', async () => {
    expect(await run('end-sessions', 'Ann@example.org')).toEqual({
      ...{ code: 0, said: '1 sessions were ended\n' },
    });
    const { refreshToken, sessionId, userId } = ann;
    expect(await ann.browser.errorCode(REFRESH, { refreshToken })).toBe('SESSION_ENDED');
    expect(await revoked()).toEqual([sessionId]);
    const written = { kind: 'SESSION_ENDED', subject: userId, actor: null, sessionId };
    await until(async () => (await rig.prisma.auditArrival.count()) === 0);
    expect(await rig.prisma.auditEntry.count({ where: written })).toBe(1);
    bob = { ...bob, ...(await renewed(bob)) };
  });

  it('are those of all; they can sign in again', async () => {
    expect(await run('end-sessions', '--all')).toEqual({
      ...{ code: 0, said: '1 sessions were ended\n' },
    });
    const { refreshToken, sessionId } = bob;
    expect(await bob.browser.errorCode(REFRESH, { refreshToken })).toBe('SESSION_ENDED');
    expect(await revoked()).toContain(sessionId);
    await rig.browser().data(SIGN_IN, { input: { email: 'bob@example.org', password: PASSWORD } });
  });

  it('are none where nobody has the address, or it is not said whose', async () => {
    expect(await run('end-sessions', 'nobody@example.org')).toMatchObject({ code: 1 });
    await expect(run('end-sessions')).rejects.toThrow(/usage/);
    await expect(run('end-sessions', 'bob@example.org', '--all')).rejects.toThrow(/usage/);
    await expect(run('reseal', '--all')).rejects.toThrow(/usage/);
    await rig.signUp('cay@example.org');
    expect(await run('end-sessions', '--all')).toMatchObject({ said: '2 sessions were ended\n' });
  });
});

async function renewed({ browser, refreshToken }: SignedUp): Promise<{ refreshToken: string }> {
  const { refreshSession } = await browser.data<{ refreshSession: { refreshToken: string } }>(
    REFRESH,
    { refreshToken },
  );
  return { refreshToken: refreshSession.refreshToken };
}
