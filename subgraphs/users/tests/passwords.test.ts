import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  NOW,
  PASSWORD,
  REFRESH,
  REGISTER,
  SIGN_IN,
  type SignedUp,
  type UsersRig,
  VERIFY_EMAIL,
  startUsersRig,
} from './kit';
import { whileAccountIsHeld } from './held-account';

let rig: UsersRig;
let people = 0;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterEach(() => {
  rig.now = NOW;
});
afterAll(() => rig?.stop());

const REQUEST = `mutation ($email: String!) { requestPasswordReset(email: $email) }`;
const RESET = `mutation ($token: String!, $newPassword: String!) {
  resetPassword(token: $token, newPassword: $newPassword)
}`;
const CHANGE = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) }`;
const CHANGE_EMAIL = `mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) }`;
const NEXT = 'walrus-compass-meadow-38';
const HOUR = 3_600_000;

interface Person extends SignedUp {
  email: string;
}

async function signUp(): Promise<Person> {
  const email = `w${(people += 1)}@example.org`;
  return { ...(await rig.signUp(email)), email };
}

/** From a network of its own, so that limits of one test are not those of another. */
const elsewhere = () => rig.browser({ address: `198.18.${(people += 1) >> 8}.${people & 255}` });

const canSignIn = async (email: string, password: string): Promise<boolean> =>
  (await elsewhere().ask(SIGN_IN, { input: { email, password } })).errors === undefined;

async function resetLink(email: string): Promise<string> {
  await elsewhere().data(REQUEST, { email });
  const { token, subject } = await rig.mailbox.next(email);
  expect(subject).toBe('Set a new password for Spyhop');
  return token;
}

describe('a forgotten password', () => {
  it('that is set anew leaves no session to somebody who was just signing in with the old one', async () => {
    const { email, userId } = await signUp();
    const before = await rig.prisma.session.count({ where: { userId } });
    const thief = elsewhere();
    const code = await whileAccountIsHeld(
      rig.prisma,
      userId,
      () => thief.errorCode(SIGN_IN, { input: { email, password: PASSWORD } }),
      (tx) =>
        tx.user.update({
          where: { id: userId },
          data: { passwordAt: new Date(NOW + 1) },
        }),
    );
    expect(code).toBe('SIGN_IN_FAILED');
    expect(await rig.prisma.session.count({ where: { userId } })).toBe(before);
    expect(thief.setCookies.join()).not.toContain('spyhop_refresh');
  });

  it('is set anew by a link, once, which ends all sessions and is told by mail', async () => {
    const { email, browser, refreshToken, sessionId } = await signUp();
    const token = await resetLink(email);
    await elsewhere().data(RESET, { token, newPassword: NEXT });
    // Before anybody signs in, of which there is a mail as well.
    expect((await rig.mailbox.next(email)).subject).toBe('Your password at Spyhop was changed');
    expect(await canSignIn(email, NEXT)).toBe(true);
    expect(await canSignIn(email, PASSWORD)).toBe(false);
    expect(await browser.errorCode(REFRESH, { refreshToken })).toBe('SESSION_ENDED');
    const again = { token, newPassword: PASSWORD };
    expect(await elsewhere().errorCode(RESET, again)).toBe('LINK_INVALID');
    const kinds = rig.securityEvents.filter((event) => event.sessionId === sessionId);
    expect(kinds.map(({ kind }) => kind)).toEqual(['SIGNED_IN', 'SESSION_ENDED']);
  });

  it('is set by one of two who follow the link at once', async () => {
    const { email } = await signUp();
    const token = await resetLink(email);
    const passwords = ['first-harbour-lamp-51', 'second-harbour-lamp-52'];
    const answers = await Promise.all(
      passwords.map((newPassword) => elsewhere().ask(RESET, { token, newPassword })),
    );
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    const works = await Promise.all(passwords.map((password) => canSignIn(email, password)));
    expect(works).toEqual(answers.map(({ errors }) => !errors));
  });

  it('is not set by a link that is older than an hour, replaced, or of another kind', async () => {
    const { email, browser } = await signUp();
    const first = await resetLink(email);
    rig.now += 10 * 60_000;
    const second = await resetLink(email);
    expect(await elsewhere().errorCode(RESET, { token: first, newPassword: NEXT })).toBe(
      'LINK_INVALID',
    );
    await browser.data(CHANGE_EMAIL, {
      input: { email: `other-${email}`, password: PASSWORD },
    });
    const { token: otherKind } = await rig.mailbox.next(`other-${email}`);
    expect(await elsewhere().errorCode(RESET, { token: otherKind, newPassword: NEXT })).toBe(
      'LINK_INVALID',
    );
    rig.now += HOUR;
    expect(await elsewhere().errorCode(RESET, { token: second, newPassword: NEXT })).toBe(
      'LINK_INVALID',
    );
    expect(await canSignIn(email, PASSWORD)).toBe(true);
  });

  it('stays to be set where the new one is too easy', async () => {
    const { email } = await signUp();
    const token = await resetLink(email);
    const easy = { token, newPassword: 'password1234' };
    expect(await elsewhere().errorCode(RESET, easy)).toBe('PASSWORD_REFUSED');
    await elsewhere().data(RESET, { token, newPassword: NEXT });
  });

  it('of nobody is answered like that of somebody, and no mail goes out', async () => {
    const { email } = await signUp();
    const known = await elsewhere().ask(REQUEST, { email });
    const unknown = await elsewhere().ask(REQUEST, { email: 'nobody@example.org' });
    expect(unknown).toEqual(known);
    await rig.errandsDone();
    expect(rig.mailbox.received.some(({ to }) => to === 'nobody@example.org')).toBe(false);
  });

  it('gets a link to the configured address, whatever host a request claims to be for', async () => {
    const { email } = await signUp();
    const body = JSON.stringify({ query: REQUEST, variables: { email } });
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
      origin: 'https://evil.example',
      referer: 'https://evil.example/',
      'content-type': 'application/json',
      ...(await rig.router.headersFor(null, body)),
    };
    await new Promise<void>((resolve, reject) => {
      const options = { port: rig.port, path: '/graphql', method: 'POST', headers };
      request(options, (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end(body);
    });
    const { link, text } = await rig.mailbox.next(email);
    expect(link).toMatch(/^https:\/\/spyhop\.example\.org\/reset-password#token=/);
    expect(text).not.toContain('evil');
  });

  const resetsTo = async (email: string): Promise<number> => {
    await rig.errandsDone();
    return rig.mailbox.received.filter(
      ({ to, subject }) => to === email && subject === 'Set a new password for Spyhop',
    ).length;
  };

  it('brings few mails to one address from one network, and its owner’s link all the same', async () => {
    const { email } = await signUp();
    const stranger = elsewhere();
    for (let asked = 0; asked < 8; asked += 1) await stranger.data(REQUEST, { email });
    expect(await resetsTo(email)).toBe(5);
    await elsewhere().data(REQUEST, { email });
    expect(await resetsTo(email)).toBe(6);
  });

  it('brings an end of mails to one address from all networks, but for a device of its owner', async () => {
    const { email } = await signUp();
    const own = elsewhere();
    await own.data(SIGN_IN, { input: { email, password: PASSWORD } });
    for (let asked = 0; asked < 25; asked += 1) await elsewhere().data(REQUEST, { email });
    // Of twenty the first was that of signing up.
    expect(await resetsTo(email)).toBe(19);
    for (let asked = 0; asked < 8; asked += 1) await own.data(REQUEST, { email });
    // It has mails of its own, not no end of them.
    expect(await resetsTo(email)).toBe(24);
  });

  it('by a fresh link is not kept from its owner by strangers who ask for another one', async () => {
    const { email } = await signUp();
    const token = await resetLink(email);
    rig.now += 9 * 60_000;
    const others = await resetLink(email);
    await elsewhere().data(RESET, { token, newPassword: NEXT });
    expect(await elsewhere().errorCode(RESET, { token: others, newPassword: PASSWORD })).toBe(
      'LINK_INVALID',
    );
  });

  it('gets its mail also when the mail server refuses it at first', async () => {
    const { email } = await signUp();
    rig.mailbox.refusals = 1;
    await resetLink(email);
  });

  it('gets its mail also while the mail server puts off those that others have asked for', async () => {
    const { email } = await signUp();
    rig.mailbox.putsOff = 'away.example.net';
    for (let nth = 0; nth < 8; nth += 1) {
      const input = { email: `a${nth}@away.example.net`, password: PASSWORD, displayName: 'A' };
      await elsewhere().data(REGISTER, { input });
    }
    await resetLink(email);
    rig.mailbox.putsOff = '';
  });
});

describe('a known password', () => {
  it('is changed by who knows it, which ends all other sessions', async () => {
    const { email, browser, refreshToken } = await signUp();
    const input = { email, password: PASSWORD, delivery: 'BODY' };
    const { signIn } = await elsewhere().data<{ signIn: { refreshToken: string } }>(SIGN_IN, {
      input,
    });
    const change = (currentPassword: string, newPassword: string) => ({
      input: { currentPassword, newPassword },
    });
    expect(await browser.errorCode(CHANGE, change(NEXT, NEXT))).toBe('SIGN_IN_FAILED');
    expect(await browser.errorCode(CHANGE, change(PASSWORD, 'x'.repeat(20)))).toBe(
      'PASSWORD_REFUSED',
    );
    await browser.data(CHANGE, change(PASSWORD, NEXT));
    expect(await canSignIn(email, PASSWORD)).toBe(false);
    expect(await canSignIn(email, NEXT)).toBe(true);
    const { refreshToken: other } = signIn;
    expect(await browser.errorCode(REFRESH, { refreshToken: other })).toBe('SESSION_ENDED');
    await browser.data(REFRESH, { refreshToken });
  });

  it('is not set by a change that was under way while its owner has set it anew by mail', async () => {
    const { email, userId, browser } = await signUp();
    const code = await whileAccountIsHeld(
      rig.prisma,
      userId,
      () => browser.errorCode(CHANGE, { input: { currentPassword: PASSWORD, newPassword: NEXT } }),
      (tx) => tx.user.update({ where: { id: userId }, data: { passwordAt: new Date(NOW + 1) } }),
    );
    expect(code).toBe('SIGN_IN_FAILED');
    expect(await canSignIn(email, PASSWORD)).toBe(true);
    expect(await canSignIn(email, NEXT)).toBe(false);
  });

  it('is set anew by mail also after somebody else has changed it', async () => {
    const { email, browser } = await signUp();
    const before = await resetLink(email);
    const thiefs = 'thief-harbour-lamp-53';
    await browser.data(CHANGE, { input: { currentPassword: PASSWORD, newPassword: thiefs } });
    await rig.mailbox.next(email);
    const late = { token: before, newPassword: NEXT };
    expect(await elsewhere().errorCode(RESET, late)).toBe('LINK_INVALID');
    await elsewhere().data(RESET, { token: await resetLink(email), newPassword: NEXT });
    expect(await canSignIn(email, thiefs)).toBe(false);
    expect(await canSignIn(email, NEXT)).toBe(true);
  });

  it('makes links that were mailed before worthless', async () => {
    const { email, browser } = await signUp();
    const token = await resetLink(email);
    await browser.data(CHANGE, { input: { currentPassword: PASSWORD, newPassword: NEXT } });
    expect(await elsewhere().errorCode(RESET, { token, newPassword: PASSWORD })).toBe(
      'LINK_INVALID',
    );
  });

  it('is needed to change it: not without signing in', async () => {
    const input = { currentPassword: PASSWORD, newPassword: NEXT };
    expect(await elsewhere().errorCode(CHANGE, { input })).toBe('UNAUTHENTICATED');
  });
});

describe('an e-mail address', () => {
  it('changes when the link that goes to the new one is followed, and the old one is told', async () => {
    const { email, browser } = await signUp();
    const next = `new-${email}`;
    const wrong = { input: { email: next, password: NEXT } };
    expect(await browser.errorCode(CHANGE_EMAIL, wrong)).toBe('SIGN_IN_FAILED');
    await browser.data(CHANGE_EMAIL, { input: { email: next, password: PASSWORD } });
    const { link, token } = await rig.mailbox.next(next);
    expect(link).toBe(`https://spyhop.example.org/change-email#token=${token}`);
    expect(await canSignIn(next, PASSWORD)).toBe(false);
    await elsewhere().data(VERIFY_EMAIL, { token });
    expect(await canSignIn(next, PASSWORD)).toBe(true);
    expect(await canSignIn(email, PASSWORD)).toBe(false);
    const told = await rig.mailbox.next(email);
    expect(told.subject).toMatch(/was changed$/);
    expect(told.text).toContain(`go to n***@example.org`);
    expect(await elsewhere().errorCode(VERIFY_EMAIL, { token })).toBe('LINK_INVALID');
  });

  it('is not changed by a link for which a password was shown that was set anew meanwhile', async () => {
    const { email, userId, browser } = await signUp();
    const [early, late] = [`early-${email}`, `late-${email}`];
    await browser.data(CHANGE_EMAIL, { input: { email: early, password: PASSWORD } });
    const { token } = await rig.mailbox.next(early);
    await whileAccountIsHeld(
      rig.prisma,
      userId,
      () => browser.data(CHANGE_EMAIL, { input: { email: late, password: PASSWORD } }),
      (tx) => tx.user.update({ where: { id: userId }, data: { passwordAt: new Date(NOW + 1) } }),
    );
    await elsewhere().data(RESET, { token: await resetLink(email), newPassword: NEXT });
    expect(await elsewhere().errorCode(VERIFY_EMAIL, { token })).toBe('LINK_INVALID');
    expect(await rig.prisma.mailLink.count({ where: { userId } })).toBe(0);
    await rig.errandsDone();
    expect(rig.mailbox.received.filter(({ to }) => to === late)).toEqual([]);
  });

  it('of somebody else is not taken, and asking does not tell that it is somebody’s', async () => {
    const [person, other] = [await signUp(), await signUp()];
    const ask = (email: string) =>
      person.browser.ask(CHANGE_EMAIL, { input: { email, password: PASSWORD } });
    expect(await ask(other.email)).toEqual(await ask('free@example.org'));
    const mail = await rig.mailbox.next(other.email);
    expect([mail.subject, mail.token]).toEqual(['You already have an account at Spyhop', '']);
  });

  it('that two want goes to who follows the link first', async () => {
    const wanted = 'wanted@example.org';
    const tokens: string[] = [];
    for (const { browser } of [await signUp(), await signUp()]) {
      await browser.data(CHANGE_EMAIL, { input: { email: wanted, password: PASSWORD } });
      tokens.push((await rig.mailbox.next(wanted)).token);
    }
    await elsewhere().data(VERIFY_EMAIL, { token: tokens[1] });
    expect(await elsewhere().errorCode(VERIFY_EMAIL, { token: tokens[0] })).toBe('LINK_INVALID');
    expect(await rig.prisma.user.count({ where: { email: wanted } })).toBe(1);
  });
});
