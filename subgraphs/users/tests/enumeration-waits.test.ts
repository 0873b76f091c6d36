import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { signUpAdmin, LOCK } from './administrator';
import { signUpWithTotp } from './factor-kit';
import { PASSWORD, REGISTER, SIGN_IN, type SignedUp, type UsersRig, startUsersRig } from './kit';
import { type WaitedFor, Watch } from './waited-for';

const RESET = `mutation ($email: String!) { requestPasswordReset(email: $email) }`;
const RESEND = `mutation ($email: String!) { resendVerification(email: $email) }`;
const CHANGE_EMAIL = `mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) }`;
const WRONG = 'wrong-harbour-lamp-66';

let rig: UsersRig;
let watch: Watch;
let networks = 0;
beforeAll(async () => {
  watch = new Watch();
  rig = await startUsersRig({ parts: { startErrands: watch.startErrands } });
  await rig.signUp('known@example.org');
});
afterAll(async () => {
  watch?.stop();
  await rig?.stop();
});

const network = (): string => `198.19.1.${(networks += 1)}`;

/** What each of some requests from one network has waited for. */
async function waitsOf(
  times: number,
  query: string,
  variables: Record<string, unknown>,
  cookies?: ReadonlyMap<string, string>,
): Promise<WaitedFor[]> {
  const address = network();
  const browser = rig.browser({ address });
  for (const [name, value] of cookies ?? []) browser.cookies.set(name, value);
  const seen: WaitedFor[] = [];
  for (let time = 0; time < times; time += 1) {
    seen.push(await watch.during([address], () => browser.ask(query, variables)));
  }
  return seen;
}

const signIn = (email: string, password = WRONG) => ({ input: { email, password } });

describe('what an answer waits for', () => {
  it('is the same for a failed sign-in to an account and to none, from the first to where it comes to a pause', async () => {
    const known = await waitsOf(7, SIGN_IN, signIn('known@example.org'));
    const unknown = await waitsOf(7, SIGN_IN, signIn('unknown@example.org'));
    expect(unknown).toEqual(known);
    expect(known.map(({ statements }) => statements.length > 0)).toEqual(Array(7).fill(true));
    expect(known[0]?.statements.join()).toContain('users."user"');
    expect(known[0]?.commands.join()).toContain('attempts:account');
    // It would be seen if it were not: what is waited for tells a right password from a wrong one.
    const [right] = await waitsOf(1, SIGN_IN, signIn('known@example.org', PASSWORD));
    expect(right?.statements).not.toEqual(known[0]?.statements);
  });

  it('is the same for accounts with second factors and locked ones, and with the cookie of a device', async () => {
    const admin = await signUpAdmin(rig, 'admin@example.org');
    const { userId: id } = await rig.signUp('locked@example.org');
    await admin.browser.data(LOCK, { id, reason: 'stolen' });
    await signUpWithTotp(rig, 'codes@example.org');
    const own = rig.browser({ address: network() });
    await own.data(SIGN_IN, signIn('known@example.org', PASSWORD));
    const ask = (email: string) => waitsOf(1, SIGN_IN, signIn(email), own.cookies);
    const unknown = await ask('none@example.org');
    expect(await ask('locked@example.org')).toEqual(unknown);
    expect(await ask('codes@example.org')).toEqual(unknown);
  });

  it.each([
    [
      'registering',
      REGISTER,
      (email: string) => ({ input: { email, password: PASSWORD, displayName: 'Ann' } }),
    ],
    ['a new password', RESET, (email: string) => ({ email })],
    ['a new link', RESEND, (email: string) => ({ email })],
  ])('is the same for %s, asked for once or too often', async (_what, query, variablesOf) => {
    const known = await waitsOf(22, query, variablesOf('known@example.org'));
    const unknown = await waitsOf(22, query, variablesOf('somebody@example.org'));
    expect(unknown).toEqual(known);
    expect(known.every(({ commands }) => commands.length > 0)).toBe(true);
  });

  it('is the same for a change to an address that has an account and to one that has none', async () => {
    const ann: SignedUp = await rig.signUp('ann@example.org');
    ann.browser.actAs({ ...decodeJwt(ann.accessToken), auth_time: rig.now / 1_000 });
    const ask = (email: string) =>
      watch.during([], () =>
        ann.browser.data(CHANGE_EMAIL, { input: { email, password: PASSWORD } }),
      );
    // Connections and statements are made ready by the first who asks.
    await ask('first@example.org');
    const known = await ask('known@example.org');
    expect(await ask('other@example.org')).toEqual(known);
    expect(known.statements.length).toBeGreaterThan(0);
  });
});
