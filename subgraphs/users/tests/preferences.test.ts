import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

const FIELDS = `currency timeZone theme locale defaultInterval`;
const PREFERENCES = `{ me { preferences { ${FIELDS} } } }`;
const UPDATE = `mutation ($input: UpdatePreferencesInput!) { updatePreferences(input: $input) { ${FIELDS} } }`;
const RENAME = `mutation ($name: String!) { updateProfile(displayName: $name) { id displayName } }`;
const DEFAULTS = {
  ...{ currency: 'USD', timeZone: null, theme: 'SYSTEM', locale: null, defaultInterval: 'H1' },
};

describe('preferences', () => {
  it('are those of the device at first, and change in what is said', async () => {
    const { browser } = await rig.signUp('prefers@example.org');
    expect(await browser.data(PREFERENCES)).toEqual({ me: { preferences: DEFAULTS } });
    const wanted = { currency: 'EUR', timeZone: 'Europe/Berlin', theme: 'DARK', locale: 'de-CH' };
    await browser.data(UPDATE, { input: wanted });
    await browser.data(UPDATE, { input: { defaultInterval: 'D1' } });
    await browser.data(UPDATE, { input: { locale: null, currency: null } });
    const now = { ...wanted, locale: null, defaultInterval: 'D1' };
    expect(await browser.data(PREFERENCES)).toEqual({ me: { preferences: now } });
  });

  it.each([
    [{ timeZone: 'Mars/Olympus_Mons' }, 'timeZone'],
    [{ timeZone: '+01:00' }, 'timeZone'],
    [{ timeZone: '' }, 'timeZone'],
    [{ timeZone: 'A'.repeat(100_000) }, 'timeZone'],
    [{ currency: 'usd' }, 'currency'],
    [{ currency: 'ZZZ' }, 'currency'],
    [{ currency: 'VEF' }, 'currency'],
    [{ currency: 'HRK' }, 'currency'],
    [{ locale: 'de_CH' }, 'locale'],
    [{ locale: 'x'.repeat(100_000) }, 'locale'],
    [{ locale: 'xx-Klingon' }, 'locale'],
  ])('are not %.60j', async (input, argument) => {
    const { browser } = await rig.signUp(`${randomUUID()}@example.org`);
    const { errors } = await browser.ask(UPDATE, { input });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', argument } }]);
    expect(await browser.data(PREFERENCES)).toEqual({ me: { preferences: DEFAULTS } });
  });
});

describe('a currency that has gone since it was chosen', () => {
  it('stands in nobody’s way, and goes when another one is chosen', async () => {
    const { browser, userId } = await rig.signUp('bolivar@example.org');
    await browser.data(UPDATE, { input: { currency: 'EUR' } });
    await rig.prisma
      .$executeRaw`UPDATE users.preference SET currency = 'VEF' WHERE user_id = ${userId}::uuid`;
    const { updatePreferences } = await browser.data(UPDATE, { input: { theme: 'DARK' } });
    expect(updatePreferences).toMatchObject({ theme: 'DARK', currency: 'VEF' });
    const changed = await browser.data(UPDATE, { input: { currency: 'VES' } });
    expect(changed).toMatchObject({ updatePreferences: { currency: 'VES' } });
  });
});

describe('a display name', () => {
  it('is as somebody wants to be called', async () => {
    const { browser, userId } = await rig.signUp('renamed@example.org');
    expect(await browser.data(RENAME, { name: ' Zoë 🐳 ' })).toEqual({
      updateProfile: { id: userId, displayName: 'Zoë 🐳' },
    });
  });
});
