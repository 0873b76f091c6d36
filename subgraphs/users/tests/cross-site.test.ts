import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getNamedType } from 'graphql';
import { buildUsersSchema } from '../graphql/schema';
import { type Answered, type RoutedRig, startRouted } from './behind-router';
import { PASSWORD, REFRESH, REGISTER, SIGN_IN, SIGN_OUT, VERIFY_EMAIL } from './kit';

const EMAIL = 'ann@example.org';
const REFRESH_COOKIE = '__Host-spyhop-refresh';
const FOREIGN = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
/** Content types that any page may send anywhere without asking first (Fetch Standard). */
const SIMPLE_TYPES = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'];

const SESSION = `{ accessToken }`;
const CONFIRM = `mutation ($input: SecondFactorInput!) { confirmSecondFactor(input: $input) ${SESSION} }`;
const BY_PASSKEY = `mutation ($response: JSON!) { finishPasskeySignIn(response: $response) ${SESSION} }`;
const ASK_RESET = `mutation ($email: String!) { requestPasswordReset(email: $email) }`;
const RESET = `mutation ($token: String!, $newPassword: String!) {
  resetPassword(token: $token, newPassword: $newPassword)
}`;

interface Asked {
  query: string;
  variables?: Record<string, unknown>;
  cookie?: string;
  token?: string;
}

interface Route {
  ask(): Promise<Asked>;
  /** Codes of the errors where a page of ours asks the same, which shows that it is well asked. */
  codes: string[];
  /** The cookie that our own page's answer sets. */
  sets?: string;
}

let routed: RoutedRig;
beforeAll(async () => {
  routed = await startRouted();
  const input = { email: EMAIL, password: PASSWORD, displayName: 'Ann' };
  await routed.ask({ query: REGISTER, variables: { input } });
  const { token } = await routed.rig.mailbox.next(EMAIL);
  await routed.ask({ query: VERIFY_EMAIL, variables: { token } });
});
afterAll(() => routed?.stop());

const credentials = { input: { email: EMAIL, password: PASSWORD } };

async function signedIn(): Promise<{ cookie: string; token: string }> {
  const { data, headers } = await routed.ask({ query: SIGN_IN, variables: credentials });
  const cookie = headers.getSetCookie().find((each) => each.startsWith(REFRESH_COOKIE)) ?? '';
  const { accessToken } = data?.['signIn'] as { accessToken: string };
  return { cookie: cookie.split(';')[0] ?? '', token: accessToken };
}

/** Of the next link for a new password; notices of new devices come between. */
async function resetToken(): Promise<string> {
  for (;;) {
    const { link, token } = await routed.rig.mailbox.next(EMAIL);
    if (link.includes('/reset-password#')) return token;
  }
}

/** Every mutation that sets or takes away a cookie, or goes by one. */
const ROUTES: Readonly<Record<string, Route>> = {
  signIn: {
    ask: async () => ({ query: SIGN_IN, variables: credentials }),
    ...{ codes: [], sets: REFRESH_COOKIE },
  },
  refreshSession: {
    ask: async () => ({ query: REFRESH, cookie: (await signedIn()).cookie }),
    ...{ codes: [], sets: REFRESH_COOKIE },
  },
  signOut: {
    ask: async () => ({ query: SIGN_OUT, ...(await signedIn()) }),
    ...{ codes: [], sets: REFRESH_COOKIE },
  },
  confirmSecondFactor: {
    ask: async () => ({
      query: CONFIRM,
      variables: { input: { challenge: 'unknown', code: '123456' } },
    }),
    codes: ['CHALLENGE_INVALID'],
  },
  finishPasskeySignIn: {
    ask: async () => ({ query: BY_PASSKEY, variables: { response: {} } }),
    codes: ['INVALID_INPUT'],
  },
  resetPassword: {
    ask: async () => {
      await routed.ask({ query: ASK_RESET, variables: { email: EMAIL } });
      return { query: RESET, variables: { token: await resetToken(), newPassword: PASSWORD } };
    },
    ...{ codes: [], sets: '__Host-spyhop-device' },
  },
};

const ours = ({ cookie, ...asked }: Asked): Promise<Answered> =>
  routed.ask({ ...asked, headers: cookie === undefined ? {} : { cookie } });

/** What a page of another origin has the browser send, which adds the cookies. */
const theirs = (type: string, { cookie, token, ...body }: Asked): Promise<Response> =>
  fetch(routed.url, {
    method: 'POST',
    headers: {
      ...FOREIGN,
      'content-type': type,
      ...(cookie !== undefined && { cookie }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });

describe('a page of another origin (CSRF)', () => {
  it.each(Object.entries(ROUTES))('does nothing by %s', async (_, { ask, codes, sets }) => {
    const asked = await ask();
    for (const type of SIMPLE_TYPES) {
      const response = await theirs(type, asked);
      expect([400, 415]).toContain(response.status);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(await response.json()).not.toHaveProperty('data');
    }
    // What was asked for has not happened yet, and does for a page of ours.
    const answered = await ours(asked);
    expect(answered.codes).toEqual(codes);
    const set = answered.headers.getSetCookie().map((each) => each.split('=')[0]);
    expect(sets === undefined ? set.length === 0 : set.includes(sets)).toBe(true);
  });

  it('is asked about by every mutation that hands out a session', async () => {
    const { schema } = await buildUsersSchema();
    const handingOut = Object.values(schema.getMutationType()?.getFields() ?? {})
      .filter(({ type }) => ['SignedIn', 'SignInResult'].includes(getNamedType(type).name))
      .map(({ name }) => name);
    expect(handingOut).toContain('signIn');
    expect(Object.keys(ROUTES)).toEqual(expect.arrayContaining(handingOut));
  });
});
