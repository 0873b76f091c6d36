import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Authenticator, type Tricks } from './authenticator';
import { SECOND_FACTOR, startSignIn } from './factor-kit';
import { PUBLIC_URL, type UsersRig, startUsersRig } from './kit';
import {
  FINISH_REGISTRATION,
  addPasskey,
  signUpWithPasskey,
  startPasskeySignIn,
  startRegistration,
} from './passkey-kit';

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
