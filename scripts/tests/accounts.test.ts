import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, Subscribed } from '@spyhop/platform/testkit/graph-client';
import { ownTimeOf } from '@spyhop/platform/testkit/own-time';
import { until } from '@spyhop/platform/testkit/until';
import { type MadeKey, REVOKE_KEY, makeKey } from '@spyhop/users/tests/keys';
import { UPDATE_LIST, makeList } from '@spyhop/users/tests/lists';
import type { SignedUp } from '@spyhop/users/tests/kit';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { type AccountsStack, startAccountsStack } from './accounts-stack';

let stack: AccountsStack;
let ann: SignedUp;
beforeAll(async () => {
  stack = await startAccountsStack();
  ann = await stack.users.signUp('ann@example.org');
});
afterAll(() => stack?.stop());

const WHO = `{ me { id } }`;
const FEED = `subscription { feedStatusChanged { state } }`;
const LISTS = `me { watchlists { name version assets { symbol name } } }`;
const FOLLOW = `subscription { watchlistsChanged { watchlists { name version assets { symbol name } } } }`;

async function ask(
  port: number,
  headers: Record<string, string>,
  query = WHO,
): Promise<Answer<Record<string, unknown>>> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

interface Tab<Data> {
  events: Subscribed<Data>;
  /** Why the WebSocket was closed. */
  closed: Promise<{ code: number }>;
  close(): void;
}

function open<Data>(
  port: number,
  connectionParams: Record<string, unknown>,
  query: string,
): Tab<Data> {
  let tell: (event: { code: number }) => void;
  const closed = new Promise<{ code: number }>((resolve) => (tell = resolve));
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
    on: { closed: (event) => tell(event as { code: number }) },
  });
  const events = new Subscribed<Data>(client.iterate<Data>({ query }) as never);
  return { events, closed, close: () => void client.dispose() };
}

const isRefused = ({ errors }: Answer): boolean =>
  errors?.[0]?.extensions?.['code'] === 'UNAUTHENTICATED';

describe('a key', () => {
  it('works at once at every router, in every header, and over WebSocket', async () => {
    const { key } = await makeKey(ann);
    for (const port of stack.routers) {
      const all: Record<string, string>[] = [
        { authorization: `ApiKey ${key}` },
        { 'x-api-key': key },
      ];
      for (const headers of all) {
        expect(await ask(port, headers)).toMatchObject({ data: { me: { id: ann.userId } } });
      }
      const tab = open<{ feedStatusChanged: object }>(port, { apiKey: key }, FEED);
      expect(await tab.events.next()).toMatchObject({ feedStatusChanged: {} });
      tab.close();
    }
  });

  it('is refused everywhere within a second of its revocation, and what runs in its name ends', async () => {
    const { key, apiKey }: MadeKey = await makeKey(ann);
    const headers = { authorization: `ApiKey ${key}` };
    for (const port of stack.routers) expect(isRefused(await ask(port, headers))).toBe(false);
    const tabs = stack.routers.map((port) => open(port, { apiKey: key }, FEED));
    for (const tab of tabs) await tab.events.next();
    await ann.browser.data(REVOKE_KEY, { id: apiKey.id });
    const ms = await ownTimeOf(async () => {
      for (const port of stack.routers) {
        await until(async () => isRefused(await ask(port, headers)));
      }
      for (const tab of tabs) expect((await tab.closed).code).toBe(4403);
    });
    expect(ms).toBeLessThan(1_000);
  });

  it('for another network is refused', async () => {
    const { key } = await makeKey(ann, { allowedIps: ['203.0.113.0/24'] });
    const { key: local } = await makeKey(ann, { allowedIps: ['127.0.0.0/8'] });
    for (const port of stack.routers) {
      expect(
        isRefused(await ask(port, { 'x-api-key': key, 'x-forwarded-for': '203.0.113.7' })),
      ).toBe(true);
      expect(isRefused(await ask(port, { 'x-api-key': local }))).toBe(false);
    }
  });

  it('shows nothing that guards its owner, and changes nothing, through the router', async () => {
    const { key } = await makeKey(ann);
    const headers = { 'x-api-key': key };
    const [port] = stack.routers;
    const guards = `apiKeys { edges { cursor } } sessions { edges { cursor } } secondFactor { totp }
      securityEvents { edges { cursor } } preferences { theme } deletionScheduledFor`;
    const hidden = ['apiKeys', 'sessions', 'secondFactor', 'securityEvents', 'preferences'];
    const nothing = Object.fromEntries(hidden.map((name) => [name, null]));
    expect((await ask(port, headers, `{ me { ${guards} } }`)).data).toEqual({
      me: { ...nothing, deletionScheduledFor: null },
    });
    const email = await ask(port, headers, `{ me { email } }`);
    expect(email).toMatchObject({
      ...{ data: { me: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
    const make = `mutation { createApiKey(input: { name: "k", scopes: [READ_MARKET] }) { key } }`;
    expect((await ask(port, headers, make)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
  });
});

describe('watchlists', () => {
  it('are read by keys with the scope read:market, and by no others', async () => {
    const owner = await stack.users.signUp('lists@example.org');
    await makeList(owner.browser, 'By key', ['BTC']);
    const [port] = stack.routers;
    const asked = `{ me { displayName watchlists { name } } }`;
    const { key: reader } = await makeKey(owner);
    const { key: other } = await makeKey(owner, { scopes: ['READ_WHALES'] });
    expect((await ask(port, { 'x-api-key': reader }, asked)).data).toEqual({
      me: { displayName: 'Ann', watchlists: [{ name: 'By key' }] },
    });
    expect(await ask(port, { 'x-api-key': other }, asked)).toMatchObject({
      data: { me: { displayName: 'Ann', watchlists: null } },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });

  it('reach all tabs at all routers with what the market knows of their assets, and nobody else', async () => {
    const authorization = `Bearer ${ann.accessToken}`;
    const list = await makeList(ann.browser, 'Majors', ['BTC', 'ETH']);
    const known = [
      { symbol: 'BTC', name: 'Bitcoin' },
      { symbol: 'ETH', name: 'Ethereum' },
    ];
    const [port] = stack.routers;
    expect((await ask(port, { authorization }, `{ ${LISTS} }`)).data).toEqual({
      me: { watchlists: [{ name: 'Majors', version: 1, assets: known }] },
    });
    const tabs = stack.routers.map((at) =>
      open<{ watchlistsChanged: { watchlists: object[] } }>(at, { authorization }, FOLLOW),
    );
    for (const tab of tabs) {
      const { watchlistsChanged } = await tab.events.next();
      expect(watchlistsChanged.watchlists).toEqual([{ name: 'Majors', version: 1, assets: known }]);
    }
    await ann.browser.data(UPDATE_LIST, { id: list.id, version: 1, symbols: ['ETH'] });
    for (const tab of tabs) {
      const { watchlistsChanged } = await tab.events.next();
      expect(watchlistsChanged.watchlists).toEqual([
        { name: 'Majors', version: 2, assets: [{ symbol: 'ETH', name: 'Ethereum' }] },
      ]);
      tab.close();
    }
    const nobody = open(port, {}, FOLLOW);
    await expect(nobody.events.next()).rejects.toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    nobody.close();
  });

  it('stay whole where the market does not know one of their assets', async () => {
    const bob = await stack.users.signUp('bob@example.org');
    await makeList(bob.browser, 'Odd', ['NOSUCH', 'BTC']);
    const [port] = stack.routers;
    const authorization = `Bearer ${bob.accessToken}`;
    const asked = `{ me { watchlists { symbols assets { name } } } }`;
    expect((await ask(port, { authorization }, asked)).data).toEqual({
      me: { watchlists: [{ symbols: ['NOSUCH', 'BTC'], assets: [null, { name: 'Bitcoin' }] }] },
    });
  });
});
