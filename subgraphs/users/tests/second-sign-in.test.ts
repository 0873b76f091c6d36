import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { RequestOptions, Tricks } from './authenticator';
import {
  CONFIRM,
  SECOND_FACTOR,
  type SignInAnswer,
  START_SIGN_IN,
  setUpTotp,
  signUpWithTotp,
  startSignIn,
  totpCode,
  wrongCode,
} from './factor-kit';
import { PASSWORD, REFRESH, type UsersRig, startUsersRig } from './kit';
import { signUpWithPasskey } from './passkey-kit';

type Confirmed = {
  confirmSecondFactor: { accessToken: string; refreshToken: string | null; user: { id: string } };
};

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

describe('signing in with a second factor', () => {
  it('leads from the password over a code to a session, as it was to be delivered', async () => {
    const { userId, email, manualKey } = await signUpWithTotp(rig, 'way@example.org');
    const browser = rig.browser();
    const credentials = { input: { email, password: PASSWORD } };
    const { signIn } = await browser.data<SignInAnswer>(START_SIGN_IN, credentials);
    expect(signIn).toEqual({
      ...{ __typename: 'SecondFactorRequired', methods: ['TOTP', 'RECOVERY_CODE'] },
      ...{ challenge: expect.stringMatching(/^[\w-]{43}$/), passkeyOptions: null },
    });
    const code = totpCode(manualKey, rig.now);
    const { confirmSecondFactor } = await browser.data<Confirmed>(CONFIRM, {
      input: { challenge: signIn.challenge, code: ` ${code.slice(0, 3)} ${code.slice(3)}` },
    });
    expect(confirmSecondFactor).toMatchObject({ refreshToken: null, user: { id: userId } });
    expect(decodeJwt(confirmSecondFactor.accessToken)).toMatchObject({
      ...{ sub: userId, amr: ['pwd', 'otp', 'mfa'], auth_time: Math.floor(rig.now / 1_000) },
    });
    const { refreshSession } = await browser.data<{ refreshSession: { accessToken: string } }>(
      REFRESH,
    );
    expect(decodeJwt(refreshSession.accessToken)['amr']).toEqual(['pwd', 'otp', 'mfa']);
  });

  it('is over when the password is set anew meanwhile', async () => {
    const { email, manualKey } = await signUpWithTotp(rig, 'meanwhile@example.org');
    const { browser, challenge } = await startSignIn(rig, email);
    await browser.data(`mutation ($email: String!) { requestPasswordReset(email: $email) }`, {
      email,
    });
    const mail = await rig.mailbox.next(email);
    const token = mail.token || (await rig.mailbox.next(email)).token;
    const reset = `mutation ($token: String!) { resetPassword(token: $token, newPassword: "walrus-compass-meadow-38") }`;
    await browser.data(reset, { token });
    const input = { challenge, code: totpCode(manualKey, rig.now) };
    expect(await browser.errorCode(CONFIRM, { input })).toBe('CHALLENGE_INVALID');
  });

  it('hands out no session, no token and no cookie before the second proof', async () => {
    const { userId, email, manualKey } = await signUpWithTotp(rig, 'before@example.org');
    const sessions = () => rig.prisma.session.count({ where: { userId } });
    const before = await sessions();
    const browser = rig.browser();
    const input = { email, password: PASSWORD };
    const { signIn } = await browser.data<SignInAnswer>(START_SIGN_IN, { input });
    expect(browser.setCookies).toEqual([]);
    const wrong = { challenge: signIn.challenge, code: wrongCode(manualKey, rig.now) };
    expect(await browser.errorCode(CONFIRM, { input: wrong })).toBe('SECOND_FACTOR_FAILED');
    expect(browser.setCookies).toEqual([]);
    expect(await sessions()).toBe(before);
    const kinds = rig.securityEvents
      .filter((event) => event.userId === userId)
      .map((each) => each.kind);
    expect(kinds.slice(-1)).toEqual(['SECOND_FACTOR_FAILED']);
  });

  it('asks for it also where the password is wrong in no other words than of anybody', async () => {
    const { email } = await signUpWithTotp(rig, 'words@example.org');
    const wrong = { password: 'not-the-password-at-all' };
    const [known, unknown] = [
      await rig.browser().ask(START_SIGN_IN, { input: { email, ...wrong } }),
      await rig.browser().ask(START_SIGN_IN, { input: { email: 'no@example.org', ...wrong } }),
    ];
    expect(known).toEqual(unknown);
  });

  it('takes a challenge once: not again with the next code, nor twice at the same time', async () => {
    const { email, manualKey, recoveryCodes } = await signUpWithTotp(rig, 'single@example.org');
    const { browser, challenge } = await startSignIn(rig, email);
    const proofs = recoveryCodes.slice(0, 3).map((recoveryCode) => ({ challenge, recoveryCode }));
    const answers = await Promise.all(proofs.map((input) => browser.ask(CONFIRM, { input })));
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions?.['code'] ?? 'signed in');
    expect(codes.filter((code) => code === 'signed in')).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['signed in', 'CHALLENGE_INVALID']));
    const input = { challenge, code: totpCode(manualKey, rig.now) };
    expect(await browser.errorCode(CONFIRM, { input })).toBe('CHALLENGE_INVALID');
  });

  it('takes a challenge for five minutes', async () => {
    const { email, manualKey } = await signUpWithTotp(rig, 'slow@example.org');
    const { browser, challenge } = await startSignIn(rig, email);
    rig.now += 5 * 60_000;
    const input = { challenge, code: totpCode(manualKey, rig.now) };
    expect(await browser.errorCode(CONFIRM, { input })).toBe('CHALLENGE_INVALID');
  });

  it("does not take one account's challenge with another's proof", async () => {
    const ann = await signUpWithTotp(rig, 'ann-swap@example.org');
    const bob = await signUpWithTotp(rig, 'bob-swap@example.org');
    const { browser, challenge } = await startSignIn(rig, ann.email);
    const bobs = { challenge, code: totpCode(bob.manualKey, rig.now) };
    expect(await browser.errorCode(CONFIRM, { input: bobs })).toBe('SECOND_FACTOR_FAILED');
    const { confirmSecondFactor } = await browser.data<Confirmed>(CONFIRM, {
      input: { challenge, code: totpCode(ann.manualKey, rig.now) },
    });
    expect(confirmSecondFactor.user.id).toBe(ann.userId);
  });

  it.each([
    ['none', {}],
    ['several', { code: '000000', recoveryCode: 'x' }],
    ['a megabyte', { code: '0'.repeat(1_000_000) }],
    ['a passkey that is none', { passkey: { id: 1 } }],
  ])('refuses %s as a proof', async (_what, given) => {
    const input = { challenge: 'x', ...given };
    expect(await rig.browser().errorCode(CONFIRM, { input })).toBe('INVALID_INPUT');
  });

  it('refuses challenges that are none, whatever is in them', async () => {
    for (const challenge of ['', '*', '__proto__', 'x'.repeat(100_000), '\u0000\r\n']) {
      const input = { challenge, code: '000000' };
      expect(await rig.browser().errorCode(CONFIRM, { input })).toBe('CHALLENGE_INVALID');
    }
  });
});

describe('a passkey beside the password', () => {
  const confirm = async (
    { challenge, passkeyOptions, browser }: Awaited<ReturnType<typeof startSignIn>>,
    sign: (options: RequestOptions) => unknown,
  ) => {
    const passkey = sign(passkeyOptions as RequestOptions);
    return browser.ask<Confirmed>(CONFIRM, { input: { challenge, passkey } });
  };

  it('is asked for among those of the account, and need not verify its user', async () => {
    const someone = await signUpWithPasskey(rig, 'beside@example.org');
    const { authenticator, userId, email, credentialId } = someone;
    const started = await startSignIn(rig, email);
    expect(started.methods).toEqual(['PASSKEY', 'RECOVERY_CODE']);
    expect(started.passkeyOptions).toMatchObject({
      ...{ rpId: 'spyhop.example.org', userVerification: 'preferred' },
      allowCredentials: [{ id: credentialId, type: 'public-key', transports: ['internal'] }],
    });
    expect(started.passkeyOptions?.challenge).not.toBe(started.challenge);
    const { data } = await confirm(started, (options) =>
      authenticator.get(options, { userVerified: false }),
    );
    const { accessToken = '', user } = data?.confirmSecondFactor ?? {};
    expect(user?.id).toBe(userId);
    expect(decodeJwt(accessToken)['amr']).toEqual(['pwd', 'hwk', 'mfa']);
  });

  it.each<[string, Tricks]>([
    ['on another site', { origin: 'https://evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['in a frame', { crossOrigin: true }],
    ['for another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ["with another account's handle", { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('does not count %s; the same sign-in may be tried again', async (what, tricks) => {
    const email = `${what.replaceAll(/\W+/g, '-')}-beside@example.org`;
    const { authenticator } = await signUpWithPasskey(rig, email);
    const started = await startSignIn(rig, email);
    const { errors } = await confirm(started, (options) => authenticator.get(options, tricks));
    expect(errors?.[0]?.extensions?.['code']).toBe('SECOND_FACTOR_FAILED');
    const { data } = await confirm(started, (options) => authenticator.get(options));
    expect(data?.confirmSecondFactor.accessToken).toBeDefined();
  });

  it('does not count for another sign-in, nor again', async () => {
    const email = 'another@example.org';
    const { authenticator } = await signUpWithPasskey(rig, email);
    const [one, other] = [await startSignIn(rig, email), await startSignIn(rig, email)];
    const passkey = authenticator.get(one.passkeyOptions as RequestOptions);
    const elsewhere = { input: { challenge: other.challenge, passkey } };
    expect(await other.browser.errorCode(CONFIRM, elsewhere)).toBe('SECOND_FACTOR_FAILED');
    const here = { input: { challenge: one.challenge, passkey } };
    await one.browser.data(CONFIRM, here);
    expect(await one.browser.errorCode(CONFIRM, here)).toBe('CHALLENGE_INVALID');
  });

  it('that has counted less than before is refused', async () => {
    const email = 'rollback@example.org';
    const { authenticator } = await signUpWithPasskey(rig, email);
    const first = await startSignIn(rig, email);
    await confirm(first, (options) => authenticator.get(options, { counter: 9 }));
    const second = await startSignIn(rig, email);
    const { errors } = await confirm(second, (options) =>
      authenticator.get(options, { counter: 8 }),
    );
    expect(errors?.[0]?.extensions?.['code']).toBe('SECOND_FACTOR_FAILED');
    expect(rig.securityEvents.map(({ kind }) => kind)).toContain('PASSKEY_COPIED');
  });

  it('and an app are each enough', async () => {
    const email = 'both@example.org';
    const { browser, authenticator } = await signUpWithPasskey(rig, email);
    const { manualKey } = await setUpTotp(rig, browser);
    const started = await startSignIn(rig, email);
    expect(started.methods).toEqual(['TOTP', 'PASSKEY', 'RECOVERY_CODE']);
    await confirm(started, (options) => authenticator.get(options));
    const again = await startSignIn(rig, email);
    const code = totpCode(manualKey, rig.now);
    await again.browser.data(CONFIRM, { input: { challenge: again.challenge, code } });
    expect(await browser.data(SECOND_FACTOR)).toMatchObject({
      me: { secondFactor: { totp: true, passkeys: [{ name: 'Laptop' }], recoveryCodesLeft: 10 } },
    });
  });
});
