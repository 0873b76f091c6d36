import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { RequestOptions } from './authenticator';
import {
  CONFIRM_TOTP,
  REAUTHENTICATE,
  REMOVE_TOTP,
  RENEW_CODES,
  SET_UP_TOTP,
  actWith,
  signUpWithTotp,
  totpCode,
  wrongCode,
} from './factor-kit';
import { PASSWORD, REFRESH, type SignedUp, type UsersRig, startUsersRig } from './kit';
import {
  FINISH_REGISTRATION,
  REMOVE_PASSKEY,
  START_REAUTHENTICATION,
  START_REGISTRATION,
  signUpWithPasskey,
} from './passkey-kit';

type Reauthenticated = { reauthenticate: { accessToken: string; expiresAt: string } };

const MINUTE = 60_000;

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

/** A new token without a new proof, as a browser gets every quarter of an hour. */
async function refresh({ browser, refreshToken }: SignedUp): Promise<void> {
  const { refreshSession } = await browser.data<{ refreshSession: { accessToken: string } }>(
    REFRESH,
    { refreshToken },
  );
  actWith(browser, refreshSession.accessToken);
}

const startPasskey = async ({ browser }: SignedUp): Promise<RequestOptions> => {
  const { startPasskeyReauthentication } = await browser.data<{
    startPasskeyReauthentication: RequestOptions;
  }>(START_REAUTHENTICATION);
  return startPasskeyReauthentication;
};

describe('changes of what guards an account', () => {
  it.each([
    ['setUpTotp', SET_UP_TOTP, {}],
    ['confirmTotp', CONFIRM_TOTP, { code: '000000' }],
    ['removeTotp', REMOVE_TOTP, {}],
    ['renewRecoveryCodes', RENEW_CODES, {}],
    ['startPasskeyRegistration', START_REGISTRATION, {}],
    ['finishPasskeyRegistration', FINISH_REGISTRATION, { response: {}, name: 'x' }],
    [
      'changePassword',
      `mutation { changePassword(input: { currentPassword: "x", newPassword: "otter-quarry-lantern-72" }) }`,
      {},
    ],
    [
      'changeEmail',
      `mutation { changeEmail(input: { email: "next@example.org", password: "x" }) }`,
      {},
    ],
    ['removePasskey', REMOVE_PASSKEY, { id: '00000000-0000-4000-8000-000000000000' }],
  ])('ask again after ten minutes, whatever token is shown: %s', async (name, query, variables) => {
    const someone = await rig.signUp(`${name}@example.org`);
    const { browser } = someone;
    rig.now += 10 * MINUTE;
    const soon = await browser.ask(query, variables);
    expect(soon.errors?.[0]?.extensions?.['code']).not.toBe('REAUTHENTICATION_REQUIRED');
    rig.now += 1_000;
    await refresh(someone);
    expect(await browser.errorCode(query, variables)).toBe('REAUTHENTICATION_REQUIRED');
    const { reauthenticate } = await browser.data<Reauthenticated>(REAUTHENTICATE, {
      input: { password: PASSWORD },
    });
    actWith(browser, reauthenticate.accessToken);
    const again = await browser.ask(query, variables);
    expect(again.errors?.[0]?.extensions?.['code']).not.toBe('REAUTHENTICATION_REQUIRED');
  });

  it('are not for keys', async () => {
    const { browser, accessToken } = await rig.signUp('key@example.org');
    const { sid: _, ...claims } = decodeJwt(accessToken);
    browser.actAs(claims);
    expect(await browser.errorCode(SET_UP_TOTP)).toBe('FORBIDDEN');
    expect(await browser.errorCode(REAUTHENTICATE, { input: { password: PASSWORD } })).toBe(
      'FORBIDDEN',
    );
  });
});

describe('proving again who one is', () => {
  it('gives a token with the new time, which tokens after it keep', async () => {
    const someone = await rig.signUp('again@example.org');
    const { browser, sessionId, userId } = someone;
    rig.now += 20 * MINUTE;
    const { reauthenticate } = await browser.data<Reauthenticated>(REAUTHENTICATE, {
      input: { password: PASSWORD },
    });
    const fresh = { auth_time: Math.floor(rig.now / 1_000), sid: sessionId, sub: userId };
    expect(decodeJwt(reauthenticate.accessToken)).toMatchObject({ ...fresh, amr: ['pwd'] });
    expect(reauthenticate.expiresAt).toBe(new Date(rig.now + 15 * MINUTE).toISOString());
    rig.now += MINUTE;
    const { refreshSession } = await browser.data<{ refreshSession: { accessToken: string } }>(
      REFRESH,
      { refreshToken: someone.refreshToken },
    );
    expect(decodeJwt(refreshSession.accessToken)).toMatchObject(fresh);
    expect(rig.securityEvents.map(({ kind }) => kind)).toContain('REAUTHENTICATED');
  });

  it('takes the password, and is limited for who tries others', async () => {
    const { browser } = await rig.signUp('guess@example.org');
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => browser.ask(REAUTHENTICATE, { input: { password: 'x' } })),
    );
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions?.['code']);
    expect(new Set(codes)).toEqual(new Set(['SIGN_IN_FAILED', 'RATE_LIMITED']));
    const right = { input: { password: PASSWORD } };
    expect(await browser.errorCode(REAUTHENTICATE, right)).toBe('RATE_LIMITED');
  });

  it('takes a code, too, where an app shows them: neither is enough alone', async () => {
    const someone = await signUpWithTotp(rig, 'both-again@example.org');
    const { browser, manualKey, recoveryCodes } = someone;
    const code = totpCode(manualKey, rig.now);
    const refused = (input: object) => browser.errorCode(REAUTHENTICATE, { input });
    const password = PASSWORD;
    expect(await refused({})).toBe('INVALID_INPUT');
    expect(await refused({ code })).toBe('INVALID_INPUT');
    expect(await refused({ password })).toBe('SECOND_FACTOR_FAILED');
    expect(await refused({ password: 'x', code })).toBe('SIGN_IN_FAILED');
    const wrong = wrongCode(manualKey, rig.now);
    expect(await refused({ password, code: wrong })).toBe('SECOND_FACTOR_FAILED');
    const { reauthenticate } = await browser.data<Reauthenticated>(REAUTHENTICATE, {
      input: { password, code },
    });
    expect(decodeJwt(reauthenticate.accessToken)['amr']).toEqual(['pwd', 'otp', 'mfa']);
    expect(await refused({ password, code })).toBe('SECOND_FACTOR_FAILED');
    const byRecovery = { password, recoveryCode: recoveryCodes[0] };
    await browser.data(REAUTHENTICATE, { input: byRecovery });
    expect(await refused(byRecovery)).toBe('SECOND_FACTOR_FAILED');
  });

  it('takes a passkey alone, which verifies its user, once', async () => {
    const someone = await signUpWithPasskey(rig, 'passkey-again@example.org');
    const { browser, authenticator, credentialId } = someone;
    const options = await startPasskey(someone);
    expect(options).toMatchObject({
      ...{ userVerification: 'required', allowCredentials: [{ id: credentialId }] },
    });
    const unverified = authenticator.get(options, { userVerified: false });
    const refused = (passkey: unknown) => browser.errorCode(REAUTHENTICATE, { input: { passkey } });
    expect(await refused(unverified)).toBe('SECOND_FACTOR_FAILED');
    const passkey = authenticator.get(await startPasskey(someone));
    const { reauthenticate } = await browser.data<Reauthenticated>(REAUTHENTICATE, {
      input: { passkey },
    });
    expect(decodeJwt(reauthenticate.accessToken)['amr']).toEqual(['hwk', 'mfa']);
    expect(await refused(passkey)).toBe('CHALLENGE_INVALID');
  });

  it("takes neither somebody else's passkey nor their challenge", async () => {
    const ann = await signUpWithPasskey(rig, 'ann-again@example.org');
    const bob = await signUpWithPasskey(rig, 'bob-again@example.org');
    const options = { ...(await startPasskey(ann)), allowCredentials: [] };
    const passkey = bob.authenticator.get(options);
    expect(await ann.browser.errorCode(REAUTHENTICATE, { input: { passkey } })).toBe(
      'SECOND_FACTOR_FAILED',
    );
    const anns = ann.authenticator.get(await startPasskey(ann));
    expect(await bob.browser.errorCode(REAUTHENTICATE, { input: { passkey: anns } })).toBe(
      'CHALLENGE_INVALID',
    );
  });

  it('does not bring back a session that is over', async () => {
    const { browser, sessionId: id } = await rig.signUp('over-again@example.org');
    // Ended a moment before its end was told.
    await rig.prisma.session.update({ where: { id }, data: { endedAt: new Date(rig.now) } });
    expect(await browser.errorCode(REAUTHENTICATE, { input: { password: PASSWORD } })).toBe(
      'SESSION_ENDED',
    );
  });

  it('is nothing for nobody', async () => {
    const nobody = rig.browser();
    expect(await nobody.errorCode(REAUTHENTICATE, { input: { password: PASSWORD } })).toBe(
      'UNAUTHENTICATED',
    );
    expect(await nobody.errorCode(START_REAUTHENTICATION)).toBe('UNAUTHENTICATED');
  });
});

it('how long a proof is recent is configured', async () => {
  const strict = await startUsersRig({ env: { RECENT_AUTHENTICATION_MINUTES: '1' } });
  try {
    const { browser } = await strict.signUp('strict@example.org');
    strict.now += 61_000;
    expect(await browser.errorCode(SET_UP_TOTP)).toBe('REAUTHENTICATION_REQUIRED');
  } finally {
    await strict.stop();
  }
});
