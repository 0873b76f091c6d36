import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { revocationsInForce } from '@spyhop/platform/identity-revocation';
import { ownTimeOf } from '@spyhop/platform/testkit/own-time';
import { until } from '@spyhop/platform/testkit/until';
import { decodeJwt } from 'jose';
import { type RefreshToken, hashSecret, standingOf, successorOf } from '../rules/refresh-token';
import {
  ME,
  NOW,
  PASSWORD,
  REFRESH,
  SIGN_IN,
  SIGN_OUT,
  type SignedUp,
  type UsersRig,
  startUsersRig,
} from './kit';

let rig: UsersRig;
let people = 0;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterEach(() => {
  rig.now = NOW;
});
afterAll(() => rig?.stop());

const SESSIONS = `query ($first: Int, $after: String) { me { sessions(first: $first, after: $after) {
  edges { cursor node { id device platform address createdAt lastUsedAt isCurrent } }
  pageInfo { hasNextPage hasPreviousPage }
} } }`;
const END = `mutation ($id: ID!) { endSession(id: $id) }`;
const END_OTHERS = `mutation { endOtherSessions }`;
const REAUTHENTICATE = `mutation ($input: ReauthenticateInput!) {
  reauthenticate(input: $input) { accessToken expiresAt }
}`;
const COOKIE = '__Host-spyhop-refresh';
const SECOND = 1_000;
const DAY = 86_400_000;

type Refreshed = { refreshSession: { accessToken: string; refreshToken: string } };
type Listed = {
  me: {
    sessions: {
      edges: { cursor: string; node: Record<string, unknown> & { id: string } }[];
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean };
    };
  };
};

const signUp = (): Promise<SignedUp> => rig.signUp(`s${(people += 1)}@example.org`);
const refresh = async ({ browser }: SignedUp, refreshToken: string): Promise<string> =>
  (await browser.data<Refreshed>(REFRESH, { refreshToken })).refreshSession.refreshToken;
const refusal = ({ browser }: SignedUp, refreshToken: string): Promise<string> =>
  browser.errorCode(REFRESH, { refreshToken });
const eventsOf = ({ sessionId }: SignedUp): string[] =>
  rig.securityEvents.filter((event) => event.sessionId === sessionId).map(({ kind }) => kind);
const revoked = async (): Promise<string[]> =>
  (await revocationsInForce(rig.space, rig.now)).flatMap(({ sessions }) => sessions);

describe('a stolen refresh token', () => {
  it('ends the session when its owner uses it after the thief', async () => {
    const victim = await signUp();
    const thiefs = await refresh(victim, victim.refreshToken);
    rig.now += 11 * SECOND;
    expect(await refusal(victim, victim.refreshToken)).toBe('SESSION_ENDED');
    expect(await refusal(victim, thiefs)).toBe('SESSION_ENDED');
    expect(eventsOf(victim)).toEqual(['SIGNED_IN', 'TOKEN_REUSED']);
    expect(await revoked()).toContain(victim.sessionId);
  });

  it('ends the session when the thief uses it after its owner', async () => {
    const victim = await signUp();
    const next = await refresh(victim, victim.refreshToken);
    rig.now += 11 * SECOND;
    const current = await refresh(victim, next);
    expect(await refusal(victim, victim.refreshToken)).toBe('SESSION_ENDED');
    expect(await refusal(victim, current)).toBe('SESSION_ENDED');
    expect(eventsOf(victim)).toEqual(['SIGNED_IN', 'TOKEN_REUSED']);
  });

  it('that was used two renewals ago is stolen however short that is ago', async () => {
    const victim = await signUp();
    const current = await refresh(victim, await refresh(victim, victim.refreshToken));
    expect(await refusal(victim, victim.refreshToken)).toBe('SESSION_ENDED');
    expect(await refusal(victim, current)).toBe('SESSION_ENDED');
  });

  it('is known as such to the end of a session of 90 days that is renewed every 15 minutes', () => {
    const chainKey = randomBytes(32);
    const first: RefreshToken = { sessionId: 'a', generation: 0, secret: randomBytes(32) };
    let newest = first;
    for (let renewal = 0; renewal < (90 * DAY) / (15 * 60_000); renewal += 1) {
      newest = successorOf(newest, chainKey);
    }
    const of = { generation: newest.generation, hash: hashSecret(newest.secret), chainKey };
    expect(standingOf(first, of)).toBe('older');
    expect(standingOf({ ...first, secret: randomBytes(32) }, of)).toBe('unknown');
  });

  it('that is used again within seconds, from another network or by another program, ends the session', async () => {
    const elsewhere = [{ address: '198.51.100.66' }, { headers: { 'user-agent': 'curl/8.5.0' } }];
    for (const about of elsewhere) {
      const victim = await signUp();
      const current = await refresh(victim, victim.refreshToken);
      const thief = rig.browser(about);
      const { refreshToken } = victim;
      expect(await thief.errorCode(REFRESH, { refreshToken })).toBe('SESSION_ENDED');
      expect(await refusal(victim, current)).toBe('SESSION_ENDED');
      expect(eventsOf(victim)).toEqual(['SIGNED_IN', 'TOKEN_REUSED']);
    }
  });

  it('that a thief uses at the same time as its owner ends the session', async () => {
    const victim = await signUp();
    const thief = rig.browser({ address: '198.51.100.66' });
    const { refreshToken } = victim;
    const both = await Promise.all([
      victim.browser.ask(REFRESH, { refreshToken }),
      thief.ask(REFRESH, { refreshToken }),
    ]);
    expect(both.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(eventsOf(victim)).toEqual(['SIGNED_IN', 'TOKEN_REUSED']);
  });

  it('that is only guessed does not end the session', async () => {
    const victim = await signUp();
    const current = await refresh(victim, victim.refreshToken);
    const guess = (generation: number) =>
      `spr_${victim.sessionId}.${generation}.${randomBytes(32).toString('base64url')}`;
    for (const generation of [0, 1, 2, 999_999_999]) {
      expect(await refusal(victim, guess(generation))).toBe('SESSION_ENDED');
    }
    // The newest secret does not make a token of another place in the chain, or of another session.
    const other = await signUp();
    const secret = current.split('.').at(-1);
    for (const id of [victim.sessionId, other.sessionId]) {
      expect(await refusal(victim, `spr_${id}.0.${secret}`)).toBe('SESSION_ENDED');
    }
    await refresh(victim, current);
  });
});

describe('a session', () => {
  it('goes on in two tabs that renew it at once, with one and the same token', async () => {
    const person = await signUp();
    const tabs = await Promise.all(
      Array.from({ length: 5 }, () => refresh(person, person.refreshToken)),
    );
    expect(new Set(tabs).size).toBe(1);
    rig.now += 9 * SECOND;
    expect(await refresh(person, person.refreshToken)).toBe(tabs[0]);
    await refresh(person, tabs[0] ?? '');
  });

  it('ends after 30 days without use, and after 90 days with it', async () => {
    const idle = await signUp();
    const busy = await signUp();
    let token = busy.refreshToken;
    for (let day = 29; day < 90; day += 29) {
      rig.now = NOW + day * DAY;
      token = await refresh(busy, token);
    }
    rig.now = NOW + 30 * DAY;
    expect(await refusal(idle, idle.refreshToken)).toBe('SESSION_ENDED');
    rig.now = NOW + 90 * DAY - 1;
    token = await refresh(busy, token);
    rig.now += 1;
    expect(await refusal(busy, token)).toBe('SESSION_ENDED');
  });

  it('is never one that a client brings along: signing in begins a new one (fixation)', async () => {
    const attacker = await signUp();
    const victim = await signUp();
    const browser = rig.browser();
    browser.cookies.set(COOKIE, attacker.refreshToken);
    const input = { email: `s${people}@example.org`, password: PASSWORD };
    await browser.data(SIGN_IN, { input });
    const cookie = browser.cookies.get(COOKIE) ?? '';
    expect(cookie).toMatch(/^spr_/);
    expect(cookie).not.toContain(attacker.sessionId);
    expect(cookie).not.toContain(victim.sessionId);
  });

  it('is not renewed by the cookie where another site makes the browser ask', async () => {
    const person = await signUp();
    for (const [site, works] of [
      ['cross-site', false],
      ['same-site', false],
      ['same-origin', true],
    ] as const) {
      const browser = rig.browser({ headers: { 'sec-fetch-site': site } });
      browser.cookies.set(COOKIE, person.refreshToken);
      expect((await browser.ask(REFRESH)).errors === undefined).toBe(works);
    }
  });

  it('that ends takes its access token with it, here and for all routers', async () => {
    const person = await signUp();
    await person.browser.data(SIGN_OUT);
    expect(await revoked()).toContain(person.sessionId);
    const isOut = async () => (await person.browser.data<{ me: unknown }>(ME)).me === null;
    expect(await ownTimeOf(() => until(isOut))).toBeLessThan(SECOND);
    expect(await person.browser.errorCode(SIGN_OUT)).toBe('UNAUTHENTICATED');
  });

  it('that ends while Redis does not take it takes its access token with it later', async () => {
    const { browser, accessToken, sessionId } = await signUp();
    const claims = decodeJwt(accessToken);
    const { client } = rig.space;
    // No sorted set: what is to be added to it is refused.
    await client.set('identity:revoked', 'something else');
    expect(await browser.errorCode(SIGN_OUT)).toBe('INTERNAL');
    await client.del('identity:revoked');
    const later = rig.browser();
    later.actAs(claims);
    await until(async () => (await later.ask<{ me: unknown }>(ME)).data?.me === null);
    expect(await revoked()).toContain(sessionId);
  });
});

describe('the list of sessions', () => {
  it('shows device, place and time, the newest first, in pages, and which one asks', async () => {
    const person = await signUp();
    const email = `s${people}@example.org`;
    const iphone =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
    for (const [headers, address] of [
      [{ 'user-agent': iphone }, '2001:db8::7'],
      [{ 'user-agent': 'curl/8.5.0' }, '203.0.113.9'],
      [{ 'user-agent': 'evil\u00ff{"level":60}' }, 'not an address'],
    ] as const) {
      rig.now += SECOND;
      await rig
        .browser({ headers, address })
        .data(SIGN_IN, { input: { email, password: PASSWORD } });
    }
    const { me } = await person.browser.data<Listed>(SESSIONS, { first: 3 });
    const { edges, pageInfo } = me.sessions;
    expect(edges.map(({ node }) => [node['device'], node['platform'], node['address']])).toEqual([
      ['evil?{"level":60}', null, null],
      ['curl', null, '203.0.113.9'],
      ['Safari on iOS', 'mobile', '2001:db8::7'],
    ]);
    expect(pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false });
    const next = await person.browser.data<Listed>(SESSIONS, { after: edges[2]?.cursor });
    expect(next.me.sessions.edges.map(({ node }) => node)).toEqual([
      {
        id: person.sessionId,
        device: 'Firefox on Linux',
        platform: 'desktop',
        address: '192.0.2.1',
        createdAt: '2026-05-01T12:00:00.000Z',
        lastUsedAt: '2026-05-01T12:00:00.000Z',
        isCurrent: true,
      },
    ]);
    expect(await person.browser.errorCode(SESSIONS, { after: 'nonsense' })).toBe('INVALID_INPUT');
    expect(await person.browser.errorCode(SESSIONS, { first: 101 })).toBe('INVALID_INPUT');
  });

  it('lets its owner end one or all others, and nobody else end any', async () => {
    const person = await signUp();
    const email = `s${people}@example.org`;
    const stranger = await signUp();
    const others = await Promise.all(
      [1, 2, 3].map(async () => {
        const input = { email, password: PASSWORD, delivery: 'BODY' };
        const answer = await rig.browser().data<{
          signIn: { accessToken: string; refreshToken: string };
        }>(SIGN_IN, { input });
        return { ...answer.signIn, id: String(decodeJwt(answer.signIn.accessToken)['sid']) };
      }),
    );
    const [first, ...rest] = others;
    expect(await stranger.browser.data(END, { id: first?.id })).toEqual({ endSession: false });
    expect(await stranger.browser.data(END, { id: 'nonsense' })).toEqual({ endSession: false });
    expect(await person.browser.data(END, { id: first?.id })).toEqual({ endSession: true });
    expect(await person.browser.data(END, { id: first?.id })).toEqual({ endSession: false });
    expect(await refusal(person, first?.refreshToken ?? '')).toBe('SESSION_ENDED');
    await person.browser.data(END_OTHERS);
    for (const { refreshToken, id } of rest) {
      expect(await refusal(person, refreshToken)).toBe('SESSION_ENDED');
      expect(await revoked()).toContain(id);
    }
    await refresh(person, person.refreshToken);
    await refresh(stranger, stranger.refreshToken);
  });
});

describe('a fresh proof', () => {
  it('gives an access token that says when it was, and needs the password', async () => {
    const { browser } = await signUp();
    rig.now += 60 * SECOND;
    const wrong = { input: { password: 'wrong-harbour-lamp-9' } };
    expect(await browser.errorCode(REAUTHENTICATE, wrong)).toBe('SIGN_IN_FAILED');
    const { reauthenticate } = await browser.data<{ reauthenticate: { accessToken: string } }>(
      REAUTHENTICATE,
      { input: { password: PASSWORD } },
    );
    expect(decodeJwt(reauthenticate.accessToken)['auth_time']).toBe(NOW / 1_000 + 60);
  });
});
