import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { LOCK, SET_ROLES, UNLOCK, signUpAdmin } from './administrator';
import { API_KEYS_SECRET, type SignedUp, type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
let admin: SignedUp;
let ann: SignedUp;
beforeAll(async () => {
  rig = await startUsersRig();
  admin = await signUpAdmin(rig, 'admin@example.org');
  ann = await signUpAdmin(rig, 'ann@example.org');
});
afterAll(() => rig?.stop());

/** As a router asks of somebody with such a token. */
const inSession = ({ userId }: { userId: string }) => ({
  ...{ policies: ['administrator', 'unheard-of'], subject: userId },
  ...{ scopes: ['admin'], roles: ['USER', 'ADMIN'], claims: { sid: randomUUID() } },
});

async function ask(body: object, secret = API_KEYS_SECRET) {
  const response = await fetch(`http://127.0.0.1:${rig.adminPort}/policies`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const GRANTED = { status: 200, body: { granted: ['administrator'] } };
const NOTHING = { status: 200, body: { granted: [] } };

describe('the policy `administrator`', () => {
  it('holds for administrators in a session', async () => {
    expect(await ask(inSession(admin))).toEqual(GRANTED);
  });

  it.each<[string, () => object]>([
    ['nobody', () => ({ ...inSession(admin), subject: null, scopes: [], roles: [], claims: {} })],
    ['a key', () => ({ ...inSession(admin), claims: { key_id: randomUUID() } })],
    ['somebody whose token does not say so', () => ({ ...inSession(admin), roles: ['USER'] })],
    ['somebody without the scope', () => ({ ...inSession(admin), scopes: [] })],
    ['an account that is gone', () => inSession({ userId: randomUUID() })],
  ])('does not hold for %s', async (_who, question) => {
    expect(await ask(question())).toEqual(NOTHING);
  });

  it('goes by what somebody is now, not by what their token says', async () => {
    expect(await ask(inSession(ann))).toEqual(GRANTED);
    await admin.browser.data(LOCK, { id: ann.userId, reason: 'on leave' });
    expect(await ask(inSession(ann))).toEqual(NOTHING);
    await admin.browser.data(UNLOCK, { id: ann.userId });
    expect(await ask(inSession(ann))).toEqual(GRANTED);
    await admin.browser.data(SET_ROLES, { id: ann.userId, roles: ['USER'] });
    expect(await ask(inSession(ann))).toEqual(NOTHING);
  });

  it('is told to nobody but routers, who ask in words that can be read', async () => {
    expect((await ask(inSession(admin), 'another-secret')).status).toBe(400);
    expect((await ask({ policies: 'administrator' })).status).toBe(400);
  });
});
