import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownTimeOf } from '@spyhop/platform/testkit/own-time';
import { PASSWORD, REGISTER, SIGN_IN, type UsersRig, VERIFY_EMAIL, startUsersRig } from './kit';

let rig: UsersRig;
let people = 0;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

const RESEND = `mutation ($email: String!) { resendVerification(email: $email) }`;
const HOUR = 3_600_000;

/** Nobody else's address, from a network that nobody else asks from. */
function somebody() {
  people += 1;
  const address = `198.51.100.${people}`;
  return { email: `p${people}@example.org`, browser: rig.browser({ address }) };
}
const inputOf = (email: string, changed: object = {}) => ({
  input: { email, password: PASSWORD, displayName: 'Ann', ...changed },
});

describe('registering', () => {
  it('refuses passwords that are short, long, common, patterns or the own name, and says why', async () => {
    const { browser, email } = somebody();
    const refusal = async (password: string, displayName = 'Ann') => {
      const { errors } = await browser.ask(REGISTER, inputOf(email, { password, displayName }));
      const { code, reason } = errors?.[0]?.extensions ?? {};
      return [code, reason];
    };
    expect(await refusal('short-71-xyz'.slice(0, 11))).toEqual(['INVALID_INPUT', undefined]);
    expect(await refusal('x'.repeat(129))).toEqual(['INVALID_INPUT', undefined]);
    expect(await refusal('password1234')).toEqual(['PASSWORD_REFUSED', 'similarToCommon']);
    expect(await refusal('aaaaaaaaaaaa')).toEqual(['PASSWORD_REFUSED', 'simpleRepeat']);
    expect(await refusal('abcdefghijklmnop')).toEqual(['PASSWORD_REFUSED', 'sequences']);
    expect(await refusal('Bartholomew12', 'Bartholomew')).toEqual([
      'PASSWORD_REFUSED',
      'userInputs',
    ]);
    await rig.errandsDone();
    expect(rig.mailbox.received.some(({ to }) => to === email)).toBe(false);
  });

  it('looks at so many passwords from one network, however weak they are', async () => {
    const { browser, email } = somebody();
    const weak = inputOf(email, { password: 'aaaaaaaaaaaa' });
    const codes: string[] = [];
    for (let at = 0; at < 101; at += 1) codes.push(await browser.errorCode(REGISTER, weak));
    expect(codes.filter((code) => code === 'PASSWORD_REFUSED')).toHaveLength(100);
    expect(codes.at(-1)).toBe('RATE_LIMITED');
  });

  it('counts characters, not bytes: 12 to 128 of any script', async () => {
    for (const [email, password] of [
      ['emoji@example.org', '🦦🌊🔭🧭🪸🐋🛶🏮🧊🪨🌾🪵'],
      [
        'long@example.org',
        Array.from({ length: 16 }, (_, at) => `k${at}é:w7q`.slice(0, 8))
          .join('')
          .slice(0, 128),
      ],
    ] as const) {
      const { browser } = somebody();
      await browser.data(REGISTER, inputOf(email, { password }));
      const { token } = await rig.mailbox.next(email);
      await browser.data(VERIFY_EMAIL, { token, password });
      const { signIn } = await browser.data<{ signIn: object }>(SIGN_IN, {
        input: { email, password },
      });
      expect(signIn).toMatchObject({ __typename: 'SignedIn' });
    }
  });

  it('takes one password for the same characters typed in another way (NFKC)', async () => {
    const { browser, email } = somebody();
    await browser.data(REGISTER, inputOf(email, { password: 'Ångström-ﬁlter-lantern' }));
    const input = { email, password: 'A\u030angstro\u0308m-filter-lantern' };
    const { token } = await rig.mailbox.next(email);
    await browser.data(VERIFY_EMAIL, { token, password: input.password });
    expect(await browser.data(SIGN_IN, { input })).toMatchObject({
      signIn: { __typename: 'SignedIn' },
    });
  });

  it('refuses passwords of a megabyte before any work is done on them', async () => {
    const { browser, email } = somebody();
    const password = 'x'.repeat(1_000_000);
    const ms = await ownTimeOf(async () => {
      expect(await browser.errorCode(REGISTER, inputOf(email, { password }))).toBe('INVALID_INPUT');
      expect(await browser.errorCode(SIGN_IN, { input: { email, password } })).toBe(
        'INVALID_INPUT',
      );
    });
    expect(ms).toBeLessThan(1_000);
  });

  it('answers the same for an address that has an account, whose mailbox alone learns it', async () => {
    const { browser, email } = somebody();
    await rig.signUp(email);
    const fresh = await browser.ask(REGISTER, inputOf('fresh@example.org'));
    const again = await browser.ask(REGISTER, inputOf(email.toUpperCase()));
    expect(again).toEqual(fresh);
    const mail = await rig.mailbox.next(email);
    expect(mail.subject).toBe('You already have an account at Spyhop');
    expect(mail.token).toBe('');
  });

  it('makes one account of one link, followed twice at once', async () => {
    const { browser, email } = somebody();
    await browser.data(REGISTER, inputOf(email));
    const { token } = await rig.mailbox.next(email);
    const answers = await Promise.all([1, 2, 3].map(() => browser.ask(VERIFY_EMAIL, { token })));
    expect(answers.filter(({ data }) => data?.['verifyEmail'] === true)).toHaveLength(1);
    expect(await browser.errorCode(VERIFY_EMAIL, { token })).toBe('LINK_INVALID');
    expect(await rig.prisma.user.count({ where: { email } })).toBe(1);
  });

  it('gives the account to the password of whose link is followed, whoever else has asked for the address', async () => {
    const { browser, email } = somebody();
    const [thief, owner] = ['thiefs-harbour-lamp-9', 'owners-harbour-lamp-9'];
    await browser.data(REGISTER, inputOf(email, { password: thief }));
    await rig.mailbox.next(email);
    await browser.data(REGISTER, inputOf(email, { password: owner }));
    const { token } = await rig.mailbox.next(email);
    await browser.data(VERIFY_EMAIL, { token, password: owner });
    const signIn = (password: string) => browser.ask(SIGN_IN, { input: { email, password } });
    expect((await signIn(owner)).data).toMatchObject({ signIn: { __typename: 'SignedIn' } });
    expect((await signIn(thief)).errors).toHaveLength(1);
  });

  it('makes nobody’s account of a link alone: not of who has registered with another one’s address', async () => {
    const { browser, email } = somebody();
    const [thief, owner] = ['thiefs-harbour-lamp-9', 'owners-harbour-lamp-9'];
    await browser.data(REGISTER, inputOf(email, { password: owner }));
    const { token: own } = await rig.mailbox.next(email);
    rig.now += 1;
    await browser.data(REGISTER, inputOf(email, { password: thief }));
    const { token: thiefs } = await rig.mailbox.next(email);
    await browser.data(RESEND, { email });
    const { token: resent } = await rig.mailbox.next(email);
    for (const token of [thiefs, resent]) {
      for (const password of [owner, null, PASSWORD]) {
        expect(await browser.errorCode(VERIFY_EMAIL, { token, password })).toBe('SIGN_IN_FAILED');
      }
    }
    expect(await rig.prisma.user.count({ where: { email } })).toBe(0);
    await browser.data(VERIFY_EMAIL, { token: own, password: owner });
    const signIn = (password: string) => browser.ask(SIGN_IN, { input: { email, password } });
    expect((await signIn(owner)).data).toMatchObject({ signIn: { __typename: 'SignedIn' } });
    expect((await signIn(thief)).errors).toHaveLength(1);
  });

  it('is completed by the link of the first mail, whoever registers with the address or asks for another link', async () => {
    const { browser, email } = somebody();
    const stranger = rig.browser({ address: '192.0.2.250' });
    const [thief, owner] = ['thiefs-harbour-lamp-9', 'owners-harbour-lamp-9'];
    await browser.data(REGISTER, inputOf(email, { password: owner }));
    const { token: own } = await rig.mailbox.next(email);
    await stranger.data(RESEND, { email });
    const { token: resent } = await rig.mailbox.next(email);
    rig.now += 1;
    await stranger.data(REGISTER, inputOf(email, { password: thief }));
    await rig.mailbox.next(email);
    await stranger.data(RESEND, { email });
    await rig.mailbox.next(email);
    expect(await browser.errorCode(VERIFY_EMAIL, { token: own, password: thief })).toBe(
      'SIGN_IN_FAILED',
    );
    await browser.data(VERIFY_EMAIL, { token: own, password: owner });
    expect(await browser.errorCode(VERIFY_EMAIL, { token: resent, password: owner })).toBe(
      'LINK_INVALID',
    );
    expect(await rig.prisma.registration.count({ where: { email } })).toBe(0);
    const input = { email, password: owner };
    expect((await browser.ask(SIGN_IN, { input })).errors).toBeUndefined();
  });

  it('tries passwords of a link no more often than others', async () => {
    const { browser, email } = somebody();
    await browser.data(REGISTER, inputOf(email));
    const { token } = await rig.mailbox.next(email);
    const tries = Array.from({ length: 31 }, () => ({ token, password: 'not-the-password' }));
    const codes: string[] = [];
    for (const each of tries) codes.push(await browser.errorCode(VERIFY_EMAIL, each));
    expect(codes.filter((code) => code === 'SIGN_IN_FAILED')).toHaveLength(30);
    expect(codes.at(-1)).toBe('RATE_LIMITED');
  });

  it('takes no link after a day, and sends a new one that is good for another', async () => {
    const { browser, email } = somebody();
    await browser.data(REGISTER, inputOf(email));
    const first = await rig.mailbox.next(email);
    const begun = rig.now;
    try {
      rig.now = begun + 23 * HOUR;
      await browser.data(RESEND, { email });
      const second = await rig.mailbox.next(email);
      rig.now = begun + 24 * HOUR;
      expect(await browser.errorCode(VERIFY_EMAIL, { token: first.token })).toBe('LINK_INVALID');
      rig.now += 23 * HOUR;
      expect(await browser.errorCode(VERIFY_EMAIL, { token: second.token })).toBe('LINK_INVALID');
      rig.now -= 1;
      await browser.data(VERIFY_EMAIL, { token: second.token });
    } finally {
      rig.now = begun;
    }
  });

  it('does not let its input say more than it asks for: neither role nor id nor emailVerified', async () => {
    const { browser, email } = somebody();
    for (const more of [
      { roles: ['ADMIN'] },
      { role: 'ADMIN' },
      { id: 'x' },
      { emailVerified: true },
    ]) {
      const { data, errors } = await browser.ask(REGISTER, inputOf(email, more));
      expect(data?.['register']).toBeUndefined();
      expect(errors?.[0]?.message).toMatch(/is not defined by type "RegisterInput"/);
    }
  });

  it('keeps text from outside out of the heads of mails', async () => {
    const { browser } = somebody();
    for (const email of [
      'a@example.org\r\nBcc: victim@example.org',
      'a@example.org, b@example.org',
      '"a b"@example.org',
      '<a@example.org>',
      'a@example.org\0',
      'a@[127.0.0.1]',
      'a@localhost',
    ]) {
      expect(await browser.errorCode(REGISTER, inputOf(email))).toBe('INVALID_INPUT');
    }
    for (const displayName of ['Ann\r\nBcc: x', 'A\u202enn', '\u200b', '', ' ', 'x'.repeat(65)]) {
      expect(await browser.errorCode(REGISTER, inputOf('name@example.org', { displayName }))).toBe(
        'INVALID_INPUT',
      );
    }
  });

  it('tells look-alike addresses apart', async () => {
    const { browser, email } = somebody();
    await rig.signUp(email);
    // A Cyrillic а before the @ is refused; in a domain it makes another one, in ASCII.
    expect(await browser.errorCode(REGISTER, inputOf('p\u0430ul@example.org'))).toBe(
      'INVALID_INPUT',
    );
    expect(await browser.errorCode(REGISTER, inputOf('ｐ1@example.org'))).toBe('INVALID_INPUT');
    await rig.signUp('owner@apple.com');
    await browser.data(REGISTER, inputOf('owner@\u0430pple.com'));
    // As published by who found browsers showing it: Xudong Zheng, Phishing with Unicode Domains, 2017.
    const mail = await rig.mailbox.next('owner@xn--pple-43d.com');
    expect(mail.subject).toMatch(/^Confirm/);
    await rig.errandsDone();
    expect(rig.mailbox.received.filter(({ to }) => to === 'owner@apple.com')).toHaveLength(1);
  });
});
