import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Authenticator, type Tricks } from './authenticator';
import { CONFIRM, SECOND_FACTOR, startSignIn } from './factor-kit';
import { PUBLIC_URL, type UsersRig, startUsersRig } from './kit';
import {
  FINISH_REGISTRATION,
  FINISH_SIGN_IN_BY_PASSKEY,
  REMOVE_PASSKEY,
  RENAME_PASSKEY,
  START_REGISTRATION,
  addPasskey,
  signUpWithPasskey,
  startPasskeySignIn,
  startRegistration,
} from './passkey-kit';

type SignedIn = { finishPasskeySignIn: { accessToken: string; user: { id: string } } };
type Factor = {
  me: {
    secondFactor: {
      passkeys: { id: string; name: string; createdAt: string; lastUsedAt: string | null }[];
      recoveryCodesLeft: number;
    };
  };
};

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

describe('making a passkey', () => {
  it('is asked of a browser for our pages, for who asks, and not twice on one device', async () => {
    const { browser, userId } = await rig.signUp('make@example.org');
    const options = await startRegistration(browser);
    expect(options).toMatchObject({
      rp: { id: 'spyhop.example.org', name: 'Spyhop' },
      user: { name: 'make@example.org', displayName: 'Ann' },
      attestation: 'none',
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    });
    expect(Buffer.from(options.user.id, 'base64url').toString('hex')).toBe(
      userId.replaceAll('-', ''),
    );
    expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32);
    const made = new Authenticator().create(options);
    await browser.data(FINISH_REGISTRATION, { response: made, name: 'Laptop' });
    const { excludeCredentials } = await startRegistration(browser);
    expect(excludeCredentials).toMatchObject([{ id: made.id, type: 'public-key' }]);
  });

  it('brings recovery codes with the first second factor, and none after it', async () => {
    const { browser } = await rig.signUp('first@example.org');
    const first = await addPasskey(browser, new Authenticator(), ' Büro-Schlüssel ');
    expect(first.passkey).toMatchObject({
      ...{ name: 'Büro-Schlüssel', lastUsedAt: null },
      createdAt: new Date(rig.now).toISOString(),
    });
    expect(first.recoveryCodes).toHaveLength(10);
    rig.now += 1;
    const second = await addPasskey(browser, new Authenticator(), 'Phone');
    expect(second.recoveryCodes).toEqual([]);
    const { me } = await browser.data<Factor>(SECOND_FACTOR);
    expect(me.secondFactor.passkeys.map(({ name }) => name)).toEqual(['Büro-Schlüssel', 'Phone']);
    expect(me.secondFactor.recoveryCodesLeft).toBe(10);
  });

  it.each<[string, Tricks]>([
    ['another site', { origin: 'https://spyhop.example.org.evil.example' }],
    ['the same host without TLS', { origin: 'http://spyhop.example.org' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['a frame of another site', { crossOrigin: true }],
    [
      'an attestation with certificates, which was not asked for',
      { attestation: ['packed', new Map<string, unknown>([['x5c', [new Uint8Array(64)]]])] },
    ],
    ['an attestation of a kind that was not asked for', { attestation: ['tpm', new Map()] }],
  ])('is refused from %s', async (what, tricks) => {
    const email = `${what.replaceAll(/\W+/g, '-')}@example.org`;
    const { browser } = await rig.signUp(email);
    const options = await startRegistration(browser);
    const response = new Authenticator().create(options, tricks);
    const answer = await browser.ask(FINISH_REGISTRATION, { response, name: 'x' });
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringContaining(PUBLIC_URL),
      extensions: { code: 'PASSKEY_REFUSED' },
    });
    expect((await startSignIn(rig, email)).__typename).toBe('SignedIn');
  });

  it('takes each challenge once, within five minutes, from the session that it was given to', async () => {
    const { browser, accessToken } = await rig.signUp('challenge@example.org');
    const mallory = await rig.signUp('mallory@example.org');
    const options = await startRegistration(browser);
    const finish = (tricks: Tricks = {}) => ({
      response: new Authenticator().create(options, tricks),
      name: 'x',
    });
    expect(await mallory.browser.errorCode(FINISH_REGISTRATION, finish())).toBe(
      'CHALLENGE_INVALID',
    );
    expect(await browser.errorCode(FINISH_REGISTRATION, finish())).toBe('CHALLENGE_INVALID');
    const made = {
      ...finish(),
      response: new Authenticator().create(await startRegistration(browser)),
    };
    await browser.data(FINISH_REGISTRATION, made);
    expect(await browser.errorCode(FINISH_REGISTRATION, made)).toBe('CHALLENGE_INVALID');
    const late = new Authenticator().create(await startRegistration(browser));
    rig.now += 5 * 60_000;
    browser.actAs({ ...decodeJwt(accessToken), auth_time: Math.floor(rig.now / 1_000) });
    expect(await browser.errorCode(FINISH_REGISTRATION, { response: late, name: 'x' })).toBe(
      'CHALLENGE_INVALID',
    );
  });

  it('does not take a challenge for signing in', async () => {
    const { browser } = await rig.signUp('purpose@example.org');
    const { challenge } = await startPasskeySignIn(rig.browser());
    const options = await startRegistration(browser);
    const response = new Authenticator().create({ ...options, challenge });
    expect(await browser.errorCode(FINISH_REGISTRATION, { response, name: 'x' })).toBe(
      'CHALLENGE_INVALID',
    );
  });

  it('does not take a credential that somebody has already, whoever it is that has it', async () => {
    const ann = await signUpWithPasskey(rig, 'ann-credential@example.org');
    const { browser } = await rig.signUp('bob-credential@example.org');
    for (const each of [ann.browser, browser]) {
      const response = new Authenticator().create(await startRegistration(each), {
        credentialId: ann.credentialId,
      });
      expect(await each.errorCode(FINISH_REGISTRATION, { response, name: 'x' })).toBe(
        'PASSKEY_REFUSED',
      );
    }
  });

  it.each([
    ['text', 'response'],
    ['an empty object', {}],
    ['another kind', { id: 'a', rawId: 'a', type: 'password', response: {} }],
    [
      'client data that are none',
      {
        ...{ id: 'a', rawId: 'a', type: 'public-key' },
        response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' },
      },
    ],
    [
      'a megabyte',
      {
        ...{ id: 'a', rawId: 'a', type: 'public-key' },
        response: { clientDataJSON: 'A'.repeat(1_000_000), attestationObject: 'AAAA' },
      },
    ],
  ])('refuses %s', async (what, response) => {
    const { browser } = await rig.signUp(`${what.replaceAll(' ', '-')}-made@example.org`);
    expect(await browser.errorCode(FINISH_REGISTRATION, { response, name: 'x' })).toBe(
      'INVALID_INPUT',
    );
  });

  it('goes on to twenty, also where two are added at the same time', async () => {
    const { browser } = await rig.signUp('many@example.org');
    for (let made = 0; made < 19; made += 1) await addPasskey(browser, new Authenticator());
    const [one, other] = [
      new Authenticator().create(await startRegistration(browser)),
      new Authenticator().create(await startRegistration(browser)),
    ];
    const answers = await Promise.all(
      [one, other].map((response) => browser.ask(FINISH_REGISTRATION, { response, name: 'x' })),
    );
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions?.['code'] ?? 'added');
    expect(codes.sort()).toEqual(['INVALID_INPUT', 'added']);
  });
});

describe('a passkey alone', () => {
  it('signs in whoever owns it, who need not say who they are', async () => {
    const {
      authenticator,
      userId,
      browser: own,
    } = await signUpWithPasskey(rig, 'alone@example.org');
    const browser = rig.browser();
    const options = await startPasskeySignIn(browser);
    expect(options).toMatchObject({
      rpId: 'spyhop.example.org',
      userVerification: 'required',
      allowCredentials: [],
    });
    const response = authenticator.get(options);
    rig.now += 1_000;
    const { finishPasskeySignIn } = await browser.data<SignedIn>(FINISH_SIGN_IN_BY_PASSKEY, {
      response,
    });
    expect(finishPasskeySignIn).toMatchObject({ refreshToken: null, user: { id: userId } });
    expect(browser.cookies.has('__Host-spyhop-refresh')).toBe(true);
    expect(decodeJwt(finishPasskeySignIn.accessToken)).toMatchObject({
      ...{ sub: userId, amr: ['hwk', 'mfa'], auth_time: Math.floor(rig.now / 1_000) },
    });
    const { me } = await own.data<Factor>(SECOND_FACTOR);
    expect(me.secondFactor.passkeys[0]?.lastUsedAt).toBe(new Date(rig.now).toISOString());
  });

  it('hands the token out in the body to programs', async () => {
    const { authenticator } = await signUpWithPasskey(rig, 'body@example.org');
    const browser = rig.browser();
    const response = authenticator.get(await startPasskeySignIn(browser));
    const answer = await browser.data(FINISH_SIGN_IN_BY_PASSKEY, { response, delivery: 'BODY' });
    expect(answer).toMatchObject({
      finishPasskeySignIn: { refreshToken: expect.stringMatching(/^spr_/) },
    });
    expect(browser.cookies.size).toBe(0);
  });

  it.each<[string, Tricks]>([
    ['on another site', { origin: 'https://evil.example' }],
    ['on another port', { origin: 'https://spyhop.example.org:8443' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['in a frame of another site', { crossOrigin: true }],
    ['whose user was not verified', { userVerified: false }],
    ["with another account's handle", { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('does not count %s', async (what, tricks) => {
    const email = `${what.replaceAll(/\W+/g, '-')}-alone@example.org`;
    const { authenticator, userId } = await signUpWithPasskey(rig, email);
    const browser = rig.browser();
    const response = authenticator.get(await startPasskeySignIn(browser), tricks);
    expect(await browser.errorCode(FINISH_SIGN_IN_BY_PASSKEY, { response })).toBe('SIGN_IN_FAILED');
    expect(await rig.prisma.session.count({ where: { userId } })).toBe(1);
    expect(rig.securityEvents.at(-1)?.kind).toBe('SIGN_IN_FAILED');
  });

  it('does not count without saying whose it is', async () => {
    const { authenticator } = await signUpWithPasskey(rig, 'handle@example.org');
    const browser = rig.browser();
    const signed = authenticator.get(await startPasskeySignIn(browser));
    const { userHandle: _, ...response } = signed.response;
    expect(
      await browser.errorCode(FINISH_SIGN_IN_BY_PASSKEY, { response: { ...signed, response } }),
    ).toBe('SIGN_IN_FAILED');
  });

  it('does not count with a signature of something else', async () => {
    const { authenticator } = await signUpWithPasskey(rig, 'signature@example.org');
    const browser = rig.browser();
    const [one, other] = [
      authenticator.get(await startPasskeySignIn(browser)),
      authenticator.get(await startPasskeySignIn(browser)),
    ];
    const { signature } = other.response;
    const response = { ...one, response: { ...one.response, signature } };
    expect(await browser.errorCode(FINISH_SIGN_IN_BY_PASSKEY, { response })).toBe('SIGN_IN_FAILED');
  });

  it('does not count again, nor after five minutes, nor for a challenge of its own', async () => {
    const { authenticator } = await signUpWithPasskey(rig, 'replay@example.org');
    const browser = rig.browser();
    const response = authenticator.get(await startPasskeySignIn(browser));
    await browser.data(FINISH_SIGN_IN_BY_PASSKEY, { response });
    const code = (again: unknown) =>
      browser.errorCode(FINISH_SIGN_IN_BY_PASSKEY, { response: again });
    expect(await code(response)).toBe('CHALLENGE_INVALID');
    const late = authenticator.get(await startPasskeySignIn(browser));
    rig.now += 5 * 60_000;
    expect(await code(late)).toBe('CHALLENGE_INVALID');
    const options = await startPasskeySignIn(browser);
    const invented = authenticator.get(options, { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' });
    expect(await code(invented)).toBe('CHALLENGE_INVALID');
  });

  it('counts once where it is sent twice at the same time', async () => {
    const { authenticator } = await signUpWithPasskey(rig, 'twice@example.org');
    const browser = rig.browser();
    const response = authenticator.get(await startPasskeySignIn(browser));
    const answers = await Promise.all(
      [1, 2, 3].map(() => rig.browser().ask(FINISH_SIGN_IN_BY_PASSKEY, { response })),
    );
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
  });

  it('that counts less than before, or as much, is a copy: it is refused, and its owner learns it', async () => {
    const { authenticator, userId } = await signUpWithPasskey(rig, 'copied@example.org');
    const browser = rig.browser();
    const sign = async (counter: number) =>
      browser.ask(FINISH_SIGN_IN_BY_PASSKEY, {
        response: authenticator.get(await startPasskeySignIn(browser), { counter }),
      });
    expect((await sign(7)).errors).toBeUndefined();
    for (const counter of [7, 6, 0]) {
      expect((await sign(counter)).errors?.[0]?.extensions?.['code']).toBe('SIGN_IN_FAILED');
    }
    const copied = rig.securityEvents.filter(({ kind }) => kind === 'PASSKEY_COPIED');
    expect(copied.map((event) => event.userId)).toEqual([userId, userId, userId]);
    expect((await sign(8)).errors).toBeUndefined();
  });

  it('that never counts goes on', async () => {
    const { authenticator } = await signUpWithPasskey(rig, 'uncounted@example.org');
    const browser = rig.browser();
    for (let times = 0; times < 3; times += 1) {
      const options = await startPasskeySignIn(browser);
      const response = authenticator.get(options, { counter: 0 });
      await browser.data(FINISH_SIGN_IN_BY_PASSKEY, { response });
    }
  });

  it('tells nobody who has an account: what is asked for, and what is refused, is the same', async () => {
    const { authenticator } = await signUpWithPasskey(rig, 'known@example.org');
    const [known, unknown] = [rig.browser(), rig.browser()];
    const [{ challenge: _one, ...some }, { challenge: _other, ...none }] = [
      await startPasskeySignIn(known),
      await startPasskeySignIn(unknown),
    ];
    expect(some).toEqual(none);
    const stranger = new Authenticator();
    const options = await startPasskeySignIn(unknown);
    stranger.create({
      challenge: options.challenge,
      rp: { id: options.rpId },
      user: { id: 'AAAA', name: 'x' },
      excludeCredentials: [],
      authenticatorSelection: {},
    });
    const refused = await unknown.ask(FINISH_SIGN_IN_BY_PASSKEY, {
      response: stranger.get(options),
    });
    const wrong = await known.ask(FINISH_SIGN_IN_BY_PASSKEY, {
      response: authenticator.get(await startPasskeySignIn(known), { userVerified: false }),
    });
    expect(refused).toEqual(wrong);
  });
});

describe("somebody else's passkey", () => {
  it('can be neither renamed nor removed, and is not told from one that does not exist', async () => {
    const ann = await signUpWithPasskey(rig, 'ann-owner@example.org');
    const { browser } = await rig.signUp('bob-thief@example.org');
    const id = ann.passkeyId;
    const missing = '00000000-0000-4000-8000-000000000000';
    for (const each of [id, missing, 'no id at all']) {
      expect(await browser.errorCode(RENAME_PASSKEY, { id: each, name: 'mine' })).toBe('NOT_FOUND');
      expect(await browser.errorCode(REMOVE_PASSKEY, { id: each })).toBe('NOT_FOUND');
    }
    const { me } = await ann.browser.data<Factor>(SECOND_FACTOR);
    expect(me.secondFactor.passkeys).toMatchObject([{ id, name: 'Laptop' }]);
  });

  it('is not a second factor of mine', async () => {
    const ann = await signUpWithPasskey(rig, 'ann-second@example.org');
    const bob = await signUpWithPasskey(rig, 'bob-second@example.org');
    const { browser, challenge, passkeyOptions } = await startSignIn(rig, ann.email);
    const options = { ...passkeyOptions, allowCredentials: [] } as never;
    const passkey = bob.authenticator.get(options);
    expect(await browser.errorCode(CONFIRM, { input: { challenge, passkey } })).toBe(
      'SECOND_FACTOR_FAILED',
    );
  });
});

describe('the owner of a passkey', () => {
  it('calls it something else', async () => {
    const { browser, passkeyId: id } = await signUpWithPasskey(rig, 'rename@example.org');
    expect(await browser.data(RENAME_PASSKEY, { id, name: ' Stick ' })).toEqual({
      renamePasskey: { id, name: 'Stick' },
    });
    for (const name of ['', '  ', 'x'.repeat(65), 'a\u202eb', 'a\nb']) {
      expect(await browser.errorCode(RENAME_PASSKEY, { id, name })).toBe('INVALID_INPUT');
    }
  });

  it('removes it, after which it counts no more; with the last one recovery codes go', async () => {
    const email = 'remove@example.org';
    const { browser, passkeyId: id, authenticator } = await signUpWithPasskey(rig, email);
    expect((await startSignIn(rig, email)).methods).toEqual(['PASSKEY', 'RECOVERY_CODE']);
    expect(await browser.data(REMOVE_PASSKEY, { id })).toEqual({ removePasskey: true });
    const other = rig.browser();
    const response = authenticator.get(await startPasskeySignIn(other));
    expect(await other.errorCode(FINISH_SIGN_IN_BY_PASSKEY, { response })).toBe('SIGN_IN_FAILED');
    expect((await startSignIn(rig, email)).__typename).toBe('SignedIn');
    const { me } = await browser.data<Factor>(SECOND_FACTOR);
    expect(me.secondFactor).toEqual({ totp: false, passkeys: [], recoveryCodesLeft: 0 });
    expect(await browser.errorCode(REMOVE_PASSKEY, { id })).toBe('NOT_FOUND');
  });

  it('is somebody: nobody may do any of it', async () => {
    const nobody = rig.browser();
    const id = '00000000-0000-4000-8000-000000000000';
    expect(await nobody.errorCode(START_REGISTRATION)).toBe('UNAUTHENTICATED');
    expect(await nobody.errorCode(FINISH_REGISTRATION, { response: {}, name: 'x' })).toBe(
      'UNAUTHENTICATED',
    );
    expect(await nobody.errorCode(RENAME_PASSKEY, { id, name: 'x' })).toBe('UNAUTHENTICATED');
    expect(await nobody.errorCode(REMOVE_PASSKEY, { id })).toBe('UNAUTHENTICATED');
  });
});
