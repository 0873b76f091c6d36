import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Authenticator } from './authenticator';
import type { Browser } from './browser';
import {
  CONFIRM_TOTP,
  SET_UP_TOTP,
  type SignInAnswer,
  START_SIGN_IN,
  setUpTotp,
  signUpWithTotp,
  totpCode,
} from './factor-kit';
import { oneBehindTheOther } from './held-account';
import { CREATE_KEY, askWhose, makeKey } from './keys';
import { PASSWORD, PUBLIC_URL, SIGN_IN, type UsersRig, startUsersRig } from './kit';
import {
  FINISH_REGISTRATION,
  FINISH_SIGN_IN_BY_PASSKEY,
  addPasskey,
  signUpWithPasskey,
  startPasskeySignIn,
  startRegistration,
} from './passkey-kit';
import { CHANGE_PASSWORD, NEXT_PASSWORD, RESET, resetByMail, resetToken } from './reset-kit';

const DAY = 86_400_000;

let rig: UsersRig;
let networks = 0;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

/** From a network of its own. */
const elsewhere = () => rig.browser({ address: `203.0.113.${(networks += 1)}` });

async function signInWith(email: string, password: string): Promise<SignInAnswer['signIn']> {
  const input = { email, password, delivery: 'BODY' };
  return (await elsewhere().data<SignInAnswer>(START_SIGN_IN, { input })).signIn;
}

/** What comes of signing in with a passkey alone: the error's code; throws where it is let in. */
async function refusedWith(authenticator: Authenticator): Promise<string> {
  const browser = elsewhere();
  const response = authenticator.get(await startPasskeySignIn(browser));
  return browser.errorCode(FINISH_SIGN_IN_BY_PASSKEY, { response });
}

describe('a password that its owner sets anew by mail', () => {
  it('takes the passkey with it that a thief has added', async () => {
    const email = 'passkey@example.org';
    const { browser, userId } = await rig.signUp(email);
    const thief = new Authenticator();
    await addPasskey(browser, thief, 'https://evil.example');
    rig.now += DAY;
    const told = await resetByMail(rig, email, elsewhere());
    expect(await refusedWith(thief)).toBe('SIGN_IN_FAILED');
    expect(told).toContain('- a passkey, added at 2026-05-01T12:00:00.000Z');
    expect(told).not.toContain('evil');
    expect(await signInWith(email, NEXT_PASSWORD)).toMatchObject({ __typename: 'SignedIn' });
    const kinds = rig.securityEvents.filter((event) => event.userId === userId);
    expect(kinds.map(({ kind }) => kind)).toContain('PASSKEY_REMOVED');
  });

  it('does not lock its owner out where a thief has set up codes of an app', async () => {
    const email = 'totp@example.org';
    const { browser } = await rig.signUp(email);
    await setUpTotp(rig, browser);
    const told = await resetByMail(rig, email, elsewhere());
    expect(told).toMatch(/- the codes of an app, set up at 2026-05-0\d/);
    expect(await signInWith(email, NEXT_PASSWORD)).toMatchObject({ __typename: 'SignedIn' });
    expect(await rig.prisma.recoveryCode.count()).toBe(0);
  });

  it('takes the API keys with it that a thief has made', async () => {
    const email = 'key@example.org';
    const { key, apiKey } = await makeKey(await rig.signUp(email));
    expect((await askWhose(rig, { key })).status).toBe(200);
    const told = await resetByMail(rig, email, elsewhere());
    expect((await askWhose(rig, { key })).status).toBe(401);
    expect(told).toContain('- an API key, made at 2026-05-0');
    const [revoked] = rig.securityEvents.filter(({ kind }) => kind === 'API_KEY_REVOKED');
    expect(revoked?.details).toMatchObject({ key: apiKey.id });
  });

  it('leaves what is older than seven days, and says where to look it through', async () => {
    const [email, other] = ['old@example.org', 'old-app@example.org'];
    const { authenticator, ...owner } = await signUpWithPasskey(rig, email);
    const { key } = await makeKey(owner);
    await signUpWithTotp(rig, other);
    rig.now += 8 * DAY;
    const told = await resetByMail(rig, email, elsewhere());
    expect(told).not.toContain('- a');
    expect(told).toContain(`${PUBLIC_URL}/account/security`);
    expect((await askWhose(rig, { key })).status).toBe(200);
    const browser = elsewhere();
    const response = authenticator.get(await startPasskeySignIn(browser));
    await browser.data(FINISH_SIGN_IN_BY_PASSKEY, { response });
    const required = { __typename: 'SecondFactorRequired' };
    expect(await signInWith(email, NEXT_PASSWORD)).toMatchObject({
      ...required,
      methods: ['PASSKEY', 'RECOVERY_CODE'],
    });
    await resetByMail(rig, other, elsewhere());
    expect(await signInWith(other, NEXT_PASSWORD)).toMatchObject({
      ...required,
      methods: ['TOTP', 'RECOVERY_CODE'],
    });
  });
});

describe('what a thief adds while the owner sets the password anew by mail', () => {
  type Add = (browser: Browser) => Promise<() => Promise<string>>;
  const changes: [string, Add][] = [
    [
      'a passkey',
      async (browser) => {
        const response = new Authenticator().create(await startRegistration(browser));
        return () => browser.errorCode(FINISH_REGISTRATION, { response, name: 'Laptop' });
      },
    ],
    [
      'the codes of an app',
      async (browser) => {
        const { setUpTotp: made } = await browser.data<{ setUpTotp: { manualKey: string } }>(
          SET_UP_TOTP,
        );
        const code = totpCode(made.manualKey, rig.now);
        return () => browser.errorCode(CONFIRM_TOTP, { code });
      },
    ],
    [
      'recovery codes',
      async (browser) => {
        await addPasskey(browser, new Authenticator());
        return () => browser.errorCode(`mutation { renewRecoveryCodes }`);
      },
    ],
    [
      'an API key',
      async (browser) => () =>
        browser.errorCode(CREATE_KEY, { input: { name: 'robot', scopes: ['READ_MARKET'] } }),
    ],
  ];

  it.each(changes)(
    'is refused where it comes behind the new password: %s',
    async (what, prepare) => {
      const email = `behind-${what.replaceAll(' ', '-')}@example.org`.toLowerCase();
      const { browser, userId } = await rig.signUp(email);
      const add = await prepare(browser);
      const owner = elsewhere();
      const token = await resetToken(rig, email, owner);
      const reset = () => owner.data(RESET, { token, newPassword: NEXT_PASSWORD });
      expect(await oneBehindTheOther(rig.prisma, userId, reset, add)).toBe('SESSION_ENDED');
      const own = { where: { userId } };
      const { passkey, totp, recoveryCode, apiKey } = rig.prisma;
      expect([await passkey.count(own), await totp.count(own)]).toEqual([0, 0]);
      expect([await recoveryCode.count(own), await apiKey.count(own)]).toEqual([0, 0]);
      expect(await signInWith(email, NEXT_PASSWORD)).toMatchObject({ __typename: 'SignedIn' });
    },
  );

  it('goes with the old password where it comes before', async () => {
    const email = 'before@example.org';
    const { browser, userId } = await rig.signUp(email);
    const thief = new Authenticator();
    const response = thief.create(await startRegistration(browser));
    const owner = elsewhere();
    const token = await resetToken(rig, email, owner);
    await oneBehindTheOther(
      rig.prisma,
      userId,
      () => browser.data(FINISH_REGISTRATION, { response, name: 'Laptop' }),
      () => owner.data(RESET, { token, newPassword: NEXT_PASSWORD }),
    );
    expect(await refusedWith(thief)).toBe('SIGN_IN_FAILED');
    expect(await signInWith(email, NEXT_PASSWORD)).toMatchObject({ __typename: 'SignedIn' });
  });

  it('does not sign in: not with a passkey that was looked at before it was removed', async () => {
    const email = 'between@example.org';
    const { userId, authenticator } = await signUpWithPasskey(rig, email);
    const owner = elsewhere();
    const token = await resetToken(rig, email, owner);
    const thief = elsewhere();
    const response = authenticator.get(await startPasskeySignIn(thief));
    rig.now += 1;
    const code = await oneBehindTheOther(
      rig.prisma,
      userId,
      () => owner.data(RESET, { token, newPassword: NEXT_PASSWORD }),
      () => thief.errorCode(FINISH_SIGN_IN_BY_PASSKEY, { response }),
    );
    expect(code).toBe('SIGN_IN_FAILED');
    expect(await rig.prisma.session.count({ where: { userId, endedAt: null } })).toBe(0);
  });
});

describe('a password that is changed', () => {
  it('makes every device a stranger but the one on which it is changed', async () => {
    const email = 'devices@example.org';
    const [own, thief] = [elsewhere(), elsewhere()];
    await rig.signUp(email);
    const standing = async (browser: typeof own, password: string): Promise<unknown> => {
      const input = { email, password };
      const { signIn } = await browser.data<SignInAnswer>(SIGN_IN, { input });
      browser.actAs(decodeJwt(signIn.accessToken ?? ''));
      return rig.securityEvents.filter(({ kind }) => kind === 'SIGNED_IN').at(-1)?.details[
        'device'
      ];
    };
    expect(await standing(thief, PASSWORD)).toBe('new');
    expect(await standing(thief, PASSWORD)).toBe('known');
    expect(await standing(own, PASSWORD)).toBe('new');
    const input = { currentPassword: PASSWORD, newPassword: NEXT_PASSWORD };
    await own.data(CHANGE_PASSWORD, { input });
    expect(await standing(own, NEXT_PASSWORD)).toBe('known');
    expect(await standing(thief, NEXT_PASSWORD)).toBe('new');
  });
});

describe('a mail about another way to sign in', () => {
  it('says where it is removed, and that a new password by mail removes it too', async () => {
    const email = 'told@example.org';
    const { browser } = await rig.signUp(email);
    await addPasskey(browser, new Authenticator());
    const { text } = await rig.mailbox.next(email);
    expect(text).toContain('Your account at Spyhop has got a passkey.');
    expect(text).toContain(`${PUBLIC_URL}/account/security`);
    expect(text).toContain(`${PUBLIC_URL}/forgot-password`);
    expect(text).toContain('within the last 7 days');
  });
});
