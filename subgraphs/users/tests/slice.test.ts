import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import {
  ME,
  PASSWORD,
  REFRESH,
  REGISTER,
  SIGN_IN,
  SIGN_OUT,
  type UsersRig,
  VERIFY_EMAIL,
  startUsersRig,
} from './kit';

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

type SignIn = { signIn: { accessToken: string; refreshToken: string | null; expiresAt: string } };
type Refresh = { refreshSession: { accessToken: string; refreshToken: string | null } };

const COOKIE = '__Host-spyhop-refresh';

describe('somebody new', () => {
  it('registers, follows the link, signs in, sees who they are, goes on and signs out', async () => {
    const browser = rig.browser();
    const email = 'ann@example.org';
    const input = { email, password: PASSWORD, displayName: 'Ann' };
    expect(await browser.data(REGISTER, { input })).toEqual({ register: true });
    const { token, link } = await rig.mailbox.next(email);
    expect(link).toBe(`https://spyhop.example.org/verify-email#token=${token}`);
    const credentials = { input: { email, password: PASSWORD } };
    expect(await browser.errorCode(SIGN_IN, credentials)).toBe('SIGN_IN_FAILED');
    expect(await browser.data(VERIFY_EMAIL, { token })).toEqual({ verifyEmail: true });

    const { signIn } = await browser.data<SignIn>(SIGN_IN, credentials);
    expect(signIn).toMatchObject({
      __typename: 'SignedIn',
      expiresAt: '2026-05-01T12:15:00.000Z',
      refreshToken: null,
      user: { email, emailVerified: true, displayName: 'Ann', roles: ['USER'] },
    });
    const { payload, protectedHeader } = await jwtVerify(
      signIn.accessToken,
      createLocalJWKSet(await rig.publicKeys()),
      { issuer: 'spyhop:users', audience: 'spyhop:api', currentDate: new Date(rig.now) },
    );
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    expect(payload).toMatchObject({ amr: ['pwd'], auth_time: rig.now / 1_000 });

    browser.actAs(payload);
    expect(await browser.data(ME)).toMatchObject({ me: { id: payload.sub, email } });

    const before = browser.cookies.get(COOKIE);
    const { refreshSession } = await browser.data<Refresh>(REFRESH);
    expect(refreshSession).toMatchObject({ refreshToken: null, user: { id: payload.sub } });
    expect(browser.cookies.get(COOKIE)).not.toBe(before);

    expect(await browser.data(SIGN_OUT)).toEqual({ signOut: true });
    expect(browser.cookies.has(COOKIE)).toBe(false);
  });

  it('gets a cookie that no script, no other site and no plain connection gets', async () => {
    await rig.signUp('cookie@example.org');
    const browser = rig.browser();
    await browser.data(SIGN_IN, { input: { email: 'cookie@example.org', password: PASSWORD } });
    const [cookie = ''] = browser.setCookies.filter((each) => each.startsWith(COOKIE));
    const [, ...attributes] = cookie.split('; ');
    expect(attributes.sort()).toEqual([
      'HttpOnly',
      'Max-Age=2592000',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
  });

  it('who signs out can go on neither with the token in the body nor with another one', async () => {
    const { browser, refreshToken } = await rig.signUp('out@example.org');
    const { refreshSession } = await browser.data<Refresh>(REFRESH, { refreshToken });
    await browser.data(SIGN_OUT);
    for (const token of [refreshToken, refreshSession.refreshToken, 'nonsense', null]) {
      expect(await browser.errorCode(REFRESH, { refreshToken: token })).toBe('SESSION_ENDED');
    }
  });
});
