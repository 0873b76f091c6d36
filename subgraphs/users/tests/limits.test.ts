import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { PASSWORD, REGISTER, SIGN_IN, type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
let networks = 0;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

const WRONG = 'wrong-harbour-lamp-66';
const MINUTE = 60;
const REQUEST = `mutation ($email: String!) { requestPasswordReset(email: $email) }`;
const RESET = `mutation ($token: String!, $newPassword: String!) {
  resetPassword(token: $token, newPassword: $newPassword)
}`;

const network = (): string => `198.18.${Math.floor((networks += 1) / 250)}.${networks % 250}`;

/** What comes of trying a password from a network: the error's code, or null; and how long to wait, in seconds. */
async function tryFrom(address: string, email: string, password = WRONG) {
  return attempt(rig.browser({ address }), email, password);
}

async function attempt(
  browser: ReturnType<UsersRig['browser']>,
  email: string,
  password: string,
): Promise<{ code: unknown; waitS: unknown }> {
  const { errors } = await browser.ask(SIGN_IN, { input: { email, password } });
  const { code = null, retryAfterS: waitS = null } = errors?.[0]?.extensions ?? {};
  return { code, waitS };
}

/** Lets the pauses that run in Redis come to their end. */
async function endPauses(): Promise<void> {
  const { client, prefix } = rig.space;
  for (const key of await client.keys(`${prefix}attempts:*`)) {
    if (!key.includes(':pauses:')) await client.del(key.slice(prefix.length));
  }
}

describe('trying passwords', () => {
  it('comes to pauses that double, in which the right one does not help either', async () => {
    const email = 'pauses@example.org';
    await rig.signUp(email);
    const address = network();
    const pauses: unknown[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (let tries = 0; tries < 5; tries += 1) {
        expect((await tryFrom(address, email)).code).toBe('SIGN_IN_FAILED');
      }
      const { code, waitS } = await tryFrom(address, email);
      expect(code).toBe('RATE_LIMITED');
      pauses.push(waitS);
      const right = await tryFrom(address, email, PASSWORD);
      expect(right.code).toBe('RATE_LIMITED');
      expect(Number(right.waitS)).toBeGreaterThan(Number(waitS) - 5);
      await endPauses();
    }
    expect(pauses).toEqual([MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]);
    expect((await tryFrom(address, email, PASSWORD)).code).toBeNull();
  });

  it('many at once gives no more tries than one after the other', async () => {
    const email = 'at-once@example.org';
    await rig.signUp(email);
    const address = network();
    const all = await Promise.all(Array.from({ length: 30 }, () => tryFrom(address, email)));
    expect(all.filter(({ code }) => code === 'SIGN_IN_FAILED')).toHaveLength(5);
  });

  it('counts an account that does not exist like one that does', async () => {
    const address = network();
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await tryFrom(address, 'nobody@example.org')).code).toBe('SIGN_IN_FAILED');
    }
    expect(await tryFrom(address, 'nobody@example.org')).toEqual({
      code: 'RATE_LIMITED',
      waitS: MINUTE,
    });
  });

  it('on many accounts from one network comes to an end, however the address is written', async () => {
    const codes: unknown[] = [];
    // One subscriber has all of a /64 (RFC 6177).
    for (let tries = 0; tries < 31; tries += 1) {
      const { code } = await tryFrom(`2001:db8:1:2::${tries}`, `victim${tries}@example.org`);
      codes.push(code);
    }
    expect(codes.filter((code) => code === 'SIGN_IN_FAILED')).toHaveLength(30);
    expect(codes.at(-1)).toBe('RATE_LIMITED');
    expect((await tryFrom('2001:db8:1:3::1', 'victim1@example.org')).code).toBe('SIGN_IN_FAILED');
  });

  it('comes to an end for who has many networks of IPv6, as providers hand them out', async () => {
    /** How many of so many tries are let through, some at a time. */
    const taken = async (tries: number, attemptAt: (nth: number) => Promise<unknown>) => {
      const codes: unknown[] = [];
      while (codes.length < tries) {
        const some = Array.from({ length: 10 }, (_, nth) => attemptAt(codes.length + nth));
        codes.push(...(await Promise.all(some)));
      }
      return codes.filter((code) => code !== 'RATE_LIMITED').length;
    };
    const signIn = async (address: string, nth: number): Promise<unknown> =>
      (await tryFrom(address, `wide${nth}@example.org`)).code;
    const askForMail = async (address: string, nth: number): Promise<unknown> => {
      const asked = await rig.browser({ address }).ask(REQUEST, { email: `m${nth}@example.org` });
      return asked.errors?.[0]?.extensions?.['code'];
    };
    const hex = (nth: number): string => nth.toString(16);
    // RFC 6177: homes have a /56, companies a /48.
    const inHome = (nth: number): string => `2001:db8:a:ff${hex(nth + 16)}::1`;
    expect(await taken(70, (nth) => signIn(inHome(nth), nth))).toBe(60);
    const inCompany = (nth: number): string => `2001:db8:b:${hex(nth)}00::1`;
    expect(await taken(170, (nth) => askForMail(inCompany(nth), nth))).toBe(160);
    expect((await tryFrom('2001:db8:c::1', 'other@example.org')).code).toBe('SIGN_IN_FAILED');
  });

  it('is not begun afresh on others’ accounts by who sets a new password of their own', async () => {
    const email = 'sprayer@example.org';
    await rig.signUp(email);
    const address = network();
    for (let tries = 0; tries < 30; tries += 1) await tryFrom(address, `s${tries}@example.org`);
    const browser = rig.browser({ address });
    await browser.data(REQUEST, { email });
    const { token } = await rig.mailbox.next(email);
    await browser.data(RESET, { token, newPassword: 'walrus-compass-meadow-38' });
    expect((await tryFrom(address, 's0@example.org')).code).toBe('RATE_LIMITED');
  });

  it('does not lock out the device that has signed in before, wherever strangers try from', async () => {
    const email = 'locked@example.org';
    await rig.signUp(email);
    const address = network();
    const own = rig.browser({ address });
    expect((await attempt(own, email, PASSWORD)).code).toBeNull();
    for (let stranger = 0; stranger < 11; stranger += 1) {
      const from = network();
      for (let tries = 0; tries < 5; tries += 1) await tryFrom(from, email);
    }
    for (let tries = 0; tries < 6; tries += 1) await tryFrom(address, email);
    expect((await tryFrom(network(), email, PASSWORD)).code).toBe('RATE_LIMITED');
    expect((await attempt(own, email, PASSWORD)).code).toBeNull();
    // It has tries of its own, not no end of them.
    const codes: unknown[] = [];
    for (let tries = 0; tries < 11; tries += 1) codes.push((await attempt(own, email, WRONG)).code);
    expect(codes.filter((code) => code === 'SIGN_IN_FAILED')).toHaveLength(10);
    expect(codes.at(-1)).toBe('RATE_LIMITED');
  });

  it('a cookie of another account, or of one’s own making, makes no known device', async () => {
    const email = 'cookie@example.org';
    await rig.signUp(email);
    await rig.signUp('other@example.org');
    const address = network();
    const browser = rig.browser({ address });
    expect((await attempt(browser, 'other@example.org', PASSWORD)).code).toBeNull();
    for (let tries = 0; tries < 6; tries += 1) await attempt(browser, email, WRONG);
    expect((await attempt(browser, email, PASSWORD)).code).toBe('RATE_LIMITED');
    browser.cookies.set('__Host-spyhop-device', 'A'.repeat(43));
    expect((await attempt(browser, email, PASSWORD)).code).toBe('RATE_LIMITED');
  });

  it('lets who sets a new password from the mailbox in at once', async () => {
    const email = 'mailbox@example.org';
    await rig.signUp(email);
    for (let stranger = 0; stranger < 11; stranger += 1) {
      const from = network();
      for (let tries = 0; tries < 5; tries += 1) await tryFrom(from, email);
    }
    const browser = rig.browser({ address: network() });
    expect((await attempt(browser, email, PASSWORD)).code).toBe('RATE_LIMITED');
    await browser.data(REQUEST, { email });
    const { token } = await rig.mailbox.next(email);
    const newPassword = 'walrus-compass-meadow-38';
    await browser.data(RESET, { token, newPassword });
    expect((await attempt(browser, email, newPassword)).code).toBeNull();
  });

  it('does not lock out the browser that has set a new password, however strangers go on', async () => {
    const email = 'goes-on@example.org';
    await rig.signUp(email);
    const browser = rig.browser({ address: network() });
    await browser.data(REQUEST, { email });
    const { token } = await rig.mailbox.next(email);
    const newPassword = 'walrus-compass-meadow-38';
    await browser.data(RESET, { token, newPassword });
    for (let stranger = 0; stranger < 11; stranger += 1) {
      const from = network();
      for (let tries = 0; tries < 5; tries += 1) await tryFrom(from, email);
    }
    expect((await tryFrom(network(), email, newPassword)).code).toBe('RATE_LIMITED');
    expect((await attempt(browser, email, newPassword)).code).toBeNull();
  });

  it('is told to the account once per pause, not once per try', async () => {
    const email = 'told@example.org';
    const { userId } = await rig.signUp(email);
    const address = network();
    for (let tries = 0; tries < 10; tries += 1) await tryFrom(address, email);
    const kinds = rig.securityEvents
      .filter((event) => event.userId === userId && event.address === address)
      .map(({ kind }) => kind);
    expect(kinds).toEqual([
      ...Array.from({ length: 5 }, () => 'SIGN_IN_FAILED'),
      'SIGN_IN_LIMITED',
    ]);
  });

  it('keeps no address in the clear in Redis or in events', async () => {
    const email = 'clear@example.org';
    await tryFrom(network(), email);
    const keys = await rig.space.client.keys(`${rig.space.prefix}*`);
    expect(keys.join()).not.toContain('clear');
    expect(rig.securityEvents.at(-1)?.details).toEqual({ email: 'c***@example.org' });
  });
});

describe('asking for what a passkey is to sign', () => {
  const START = `mutation { startPasskeySignIn }`;

  it('is for the many people of one network, and comes to an end for a flood', async () => {
    const browser = rig.browser({ address: network() });
    const ask = async (): Promise<unknown> =>
      (await browser.ask(START)).errors?.[0]?.extensions?.['code'] ?? null;
    const codes: unknown[] = [];
    for (let asked = 0; asked < 31; asked += 1) {
      codes.push(...(await Promise.all(Array.from({ length: 10 }, ask))));
    }
    expect(codes.filter((code) => code === null)).toHaveLength(300);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(10);
    const challenges = `${rig.space.prefix}passkey-challenge:*`;
    expect(await rig.space.client.keys(challenges)).toHaveLength(300);
    expect((await rig.browser({ address: network() }).ask(START)).errors).toBeUndefined();
  });
});

describe('beginning to add a passkey', () => {
  const START = `mutation { startPasskeyRegistration }`;

  it('comes to a pause for one account, whatever session asks, and leaves the others alone', async () => {
    const [ann, bea] = [await rig.signUp('ann@example.org'), await rig.signUp('bea@example.org')];
    const again = rig.browser();
    const input = { email: 'ann@example.org', password: PASSWORD, delivery: 'BODY' };
    const { signIn } = await again.data<{ signIn: { accessToken: string } }>(SIGN_IN, { input });
    again.actAs(decodeJwt(signIn.accessToken));
    const codes: unknown[] = [];
    for (let asked = 0; asked < 31; asked += 1) {
      const { errors } = await (asked % 2 === 0 ? ann.browser : again).ask(START);
      codes.push(errors?.[0]?.extensions?.['code'] ?? null);
    }
    expect(codes).toEqual([...Array(30).fill(null), 'RATE_LIMITED']);
    expect((await bea.browser.ask(START)).errors).toBeUndefined();
  });
});

describe('asking for another address', () => {
  const CHANGE_EMAIL = `mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) }`;

  it('comes to a pause for one account wherever it asks from, and leaves the others alone', async () => {
    const [cas, dot] = [await rig.signUp('cas@example.org'), await rig.signUp('dot@example.org')];
    const ask = (browser: typeof cas.browser, nth: number): Promise<unknown> =>
      browser.ask(CHANGE_EMAIL, {
        input: { email: `victim${nth}@example.net`, password: PASSWORD },
      });
    const answers: unknown[] = [];
    for (let asked = 0; asked < 11; asked += 1) {
      const browser = rig.browser({ address: network() });
      browser.actAs(decodeJwt(cas.accessToken));
      answers.push(await ask(browser, asked));
    }
    expect(answers.slice(0, 10)).toEqual(Array(10).fill({ data: { changeEmail: true } }));
    expect(answers[10]).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    expect(await ask(dot.browser, 11)).toEqual({ data: { changeEmail: true } });
  });

  it('comes to a pause for all accounts of one network', async () => {
    const address = network();
    const codes: unknown[] = [];
    for (let nth = 0; nth < 3; nth += 1) {
      const { accessToken } = await rig.signUp(`e${nth}@example.org`);
      const browser = rig.browser({ address });
      browser.actAs(decodeJwt(accessToken));
      for (let asked = 0; asked < 8; asked += 1) {
        const input = { email: `many${nth}-${asked}@example.net`, password: PASSWORD };
        codes.push((await browser.ask(CHANGE_EMAIL, { input })).errors?.[0]?.extensions?.['code']);
      }
    }
    expect(codes).toEqual([...Array(20).fill(undefined), ...Array(4).fill('RATE_LIMITED')]);
  });
});

describe('asking for mails and accounts', () => {
  it('comes to a pause per network', async () => {
    const browser = rig.browser({ address: network() });
    const codes: unknown[] = [];
    for (let tries = 0; tries < 21; tries += 1) {
      const input = { email: `many${tries}@example.org`, password: PASSWORD, displayName: 'A' };
      const { errors } = await browser.ask(REGISTER, { input });
      codes.push(errors?.[0]?.extensions?.['code'] ?? null);
    }
    expect(codes.filter((code) => code === null)).toHaveLength(20);
    expect(codes.at(-1)).toBe('RATE_LIMITED');
    expect(await browser.errorCode(REQUEST, { email: 'many1@example.org' })).toBe('RATE_LIMITED');
  });
});
