import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROTATE_KEY, makeKey } from './keys';
import { PUBLIC_URL, REFRESH, SIGN_OUT, type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

const mailsTo = (email: string): string[] =>
  rig.mailbox.received.filter(({ to }) => to === email).map(({ subject }) => subject);

describe('the owner of an account is told by mail', () => {
  it('of a new API key: what it may do, who made it from where, and what to do if it was not them', async () => {
    const email = 'keys@example.org';
    rig.now = Date.parse('2026-05-01T12:34:56Z');
    const ann = await rig.signUp(email);
    const { apiKey, key } = await makeKey(ann, {
      ...{ name: 'https://evil.example', scopes: ['READ_MARKET', 'READ_WHALES'] },
    });
    const made = await rig.mailbox.next(email);
    expect(made.subject).toBe('A new API key of your account at Spyhop');
    expect(made.text).toContain('which may do read:market, read:whales:');
    expect(made.text).toContain('Firefox on Linux, at 2026-05-01T12:34:56.000Z, from 192.0.2.1.');
    expect(made.text).toContain(`${PUBLIC_URL}/account/keys`);
    expect(made.text).toContain(`${PUBLIC_URL}/forgot-password`);
    // Neither the key nor what whoever made it has to say.
    expect(made.text).not.toContain(key);
    expect(made.text).not.toContain('evil');
    await ann.browser.data(ROTATE_KEY, { id: apiKey.id });
    expect((await rig.mailbox.next(email)).subject).toBe(made.subject);
  });

  it('of a session that has ended because it went on in two places, and of no other', async () => {
    const email = 'stolen@example.org';
    const { browser, refreshToken } = await rig.signUp(email);
    await browser.data(REFRESH, { refreshToken });
    rig.now += 60_000;
    const thief = rig.browser({
      address: '198.51.100.66',
      headers: { 'user-agent': 'curl/8.5.0' },
    });
    for (let tries = 0; tries < 3; tries += 1) {
      expect(await thief.errorCode(REFRESH, { refreshToken })).toBe('SESSION_ENDED');
    }
    const told = await rig.mailbox.next(email);
    expect(told.subject).toBe('A session of your account at Spyhop was ended');
    expect(told.text).toMatch(/curl, at 2026-05-01T12:35:56\.000Z, from 198\.51\.100\.66\./i);
    expect(told.text).toContain(`${PUBLIC_URL}/forgot-password`);
    expect(told.text).toContain(`${PUBLIC_URL}/account/sessions`);
    expect(told.text).not.toContain(refreshToken);

    const other = await rig.signUp('leaves@example.org');
    await other.browser.data(SIGN_OUT);
    await rig.errandsDone();
    const confirmed = 'Confirm your e-mail address for Spyhop';
    expect(mailsTo('leaves@example.org')).toEqual([confirmed]);
    expect(mailsTo(email)).toEqual([confirmed, told.subject]);
  });
});
