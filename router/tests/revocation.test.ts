import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { revokeIdentities } from '@spyhop/platform/identity-revocation';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { ownTimeOf } from '@spyhop/platform/testkit/own-time';
import { until } from '@spyhop/platform/testkit/until';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { briefSeconds } from './brief';
import { Subscriber } from './kit';
import { freePort } from '@spyhop/platform/testkit/ports';
import { Office } from './office';
import { Proxy } from './proxy';

const CALLED = 'subscription { called }';
const REFUSED = [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } })];
/** What revoking promises. */
const AT_ONCE_MS = 1_000;

let office: Office;
let redis: TestRedis;
let ports: number[];
let clients: Client[] = [];
let sessions = 0;

beforeAll(async () => {
  redis = testRedis();
  office = await Office.open();
  const settings = {
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    ROUTER_IDENTITY_PASSED_CLAIMS: 'sid',
  };
  ports = [await office.route(settings), await office.route(settings)];
});
afterAll(async () => {
  await office.close();
  await redis.close();
});
afterEach(async () => {
  for (const client of clients) client.terminate();
  clients = [];
  await until(() => office.calls.listening + office.arrivals.listening === 0);
});

const newSession = (): string => `session-${++sessions}`;
const tokenOf = async (sub: string, sid: string, iat = Math.floor(Date.now() / 1_000)) => ({
  authorization: `Bearer ${await office.token(sub, { sid, scope: 'calls:read', iat })}`,
});

async function errorsOf(port: number, headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ phone }' }),
  });
  return ((await response.json()) as { errors?: unknown }).errors;
}

function connect(port: number, connectionParams: Record<string, unknown>) {
  const closed: { code?: number } = {};
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    connectionParams,
    onNonLazyError: () => undefined,
    on: { closed: (event) => (closed.code = (event as { code: number }).code) },
  });
  clients.push(client);
  return { client, closed };
}

const revoke = (what: { keys?: string[]; sessions?: string[]; subjects?: string[] }) =>
  revokeIdentities(redis.space, { ...what, at: Date.now(), until: Date.now() + 900_000 });

/** Fails where it takes longer than what revoking promises. */
async function atOnce(condition: () => boolean | Promise<boolean>): Promise<void> {
  expect(await ownTimeOf(() => until(condition))).toBeLessThan(AT_ONCE_MS);
}

const isRefused = async (port: number, headers: Record<string, string>): Promise<boolean> =>
  (await errorsOf(port, headers)) !== undefined;

describe('a revoked session', () => {
  it('is refused by all routers at once, and no other session of the same user is', async () => {
    const [ended, kept] = [newSession(), newSession()];
    const [gone, good] = [await tokenOf('ann', ended), await tokenOf('ann', kept)];
    for (const port of ports) expect(await errorsOf(port, gone)).toBeUndefined();
    await revoke({ sessions: [ended] });
    for (const port of ports) {
      await atOnce(() => isRefused(port, gone));
      expect(await errorsOf(port, gone)).toEqual(REFUSED);
      expect(await errorsOf(port, good)).toBeUndefined();
    }
  });

  it('ends its subscriptions with a code each, then its WebSocket with 4403, and no others', async () => {
    const [ended, kept] = [newSession(), newSession()];
    const [port = 0] = ports;
    const gone = connect(port, await tokenOf('ann', ended));
    const good = connect(port, await tokenOf('ann', kept));
    const [ending, going] = [gone, good].map(({ client }) => new Subscriber(client, CALLED));
    // Each asks on the same socket, after its subscription, what is answered when that has begun.
    for (const { client } of [gone, good]) await new Subscriber(client, '{ phone }').received(1);
    await until(() => office.calls.listening > 0);
    await revoke({ sessions: [ended] });
    await atOnce(() => gone.closed.code !== undefined);
    expect(gone.closed.code).toBe(4403);
    expect(ending?.failure).toEqual([
      expect.objectContaining({ extensions: { code: 'SUBSCRIPTION_EXPIRED' } }),
    ]);
    office.calls.publish('still there');
    await going?.received(1);
    expect(good.closed.code).toBeUndefined();
  });

  it('leaves the stream of another one as it was, where subgraphs refuse the revoked one too', async () => {
    const [ended, kept] = [newSession(), newSession()];
    const [port = 0] = ports;
    const gone = connect(port, await tokenOf('ann', ended));
    const ending = new Subscriber(gone.client, CALLED);
    await until(() => office.calls.listening === 1);
    const going = new Subscriber(connect(port, await tokenOf('ann', kept)).client, CALLED);
    await until(() => office.calls.listening === 2);
    office.revokedSessions.add(ended);
    await revoke({ sessions: [ended] });
    await until(() => ending.failure !== undefined);
    office.calls.publish('still there');
    await going.received(1);
    expect(going.data).toEqual([{ called: 'still there' }]);
  });

  it('ends a stream over Server-Sent Events', async () => {
    const ended = newSession();
    const response = await fetch(`http://127.0.0.1:${ports[0]}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(await tokenOf('ann', ended)),
      },
      body: JSON.stringify({ query: CALLED }),
    });
    await until(() => office.calls.listening > 0);
    await revoke({ sessions: [ended] });
    expect(await response.text()).toMatch(/SUBSCRIPTION_EXPIRED[^]*event: complete\ndata:\n\n$/);
  });

  it('closes a WebSocket that follows nothing', async () => {
    const ended = newSession();
    const { client, closed } = connect(ports[1] ?? 0, await tokenOf('ann', ended));
    const asked = new Subscriber(client, '{ phone }');
    await until(() => asked.completed);
    await revoke({ sessions: [ended] });
    await atOnce(() => closed.code === 4403);
  });

  it('is known to a router that starts afterwards', async () => {
    const ended = newSession();
    const gone = await tokenOf('ann', ended);
    await revoke({ sessions: [ended] });
    const late = await office.route({ REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix });
    // What it does for its first request is no part of it.
    expect(await errorsOf(late, await tokenOf('ann', newSession()))).toBeUndefined();
    await atOnce(() => isRefused(late, gone));
  });
});

describe('a revoked API key', () => {
  it('is refused at once, however long its owner is remembered', async () => {
    const [port = 0] = ports;
    const key = { 'x-api-key': 'clerk' };
    expect(await errorsOf(port, key)).toBeUndefined();
    office.revokedKeys.add('clerk');
    expect(await errorsOf(port, key)).toBeUndefined();
    await revoke({ keys: ['clerk'] });
    await atOnce(() => isRefused(port, key));
    expect(await errorsOf(port, key)).toEqual(REFUSED);
  });
});

describe('a subject whose credentials are revoked', () => {
  it('is refused with what was issued before, and served with what comes after', async () => {
    const [port = 0] = ports;
    const now = Math.floor(Date.now() / 1_000);
    const before = await tokenOf('bob', newSession(), now);
    const after = await tokenOf('bob', newSession(), now + 30);
    expect(await errorsOf(port, before)).toBeUndefined();
    await revoke({ subjects: ['bob'] });
    await atOnce(() => isRefused(port, before));
    expect(await errorsOf(port, after)).toBeUndefined();
    expect(await errorsOf(port, await tokenOf('ann', newSession()))).toBeUndefined();
  });

  it('has API keys asked for anew', async () => {
    const [port = 0] = ports;
    const key = { 'x-api-key': 'caller' };
    expect(await errorsOf(port, key)).toBeUndefined();
    office.revokedKeys.add('caller');
    await revoke({ subjects: ['robot'] });
    await atOnce(() => isRefused(port, key));
    office.revokedKeys.delete('caller');
    expect(await errorsOf(port, key)).toBeUndefined();
  });
});

describe('tokens of a signing key that is withdrawn', () => {
  let other: TestRedis;
  beforeAll(() => {
    other = testRedis();
  });
  afterAll(() => other.close());

  it('are refused at once by routers that keep the key, and by those that start afterwards, and their streams end', async () => {
    const settings = { REDIS_URL: other.url, REDIS_PREFIX: other.prefix };
    const port = await office.route(settings);
    const token = await tokenOf('ann', newSession());
    const nameless = {
      authorization: `Bearer ${await office.token('ann', {}, { kid: undefined })}`,
    };
    for (const each of [token, nameless]) expect(await errorsOf(port, each)).toBeUndefined();
    const { client, closed } = connect(port, token);
    const asked = new Subscriber(client, '{ phone }');
    await until(() => asked.completed);
    await revokeIdentities(other.space, {
      ...{ signers: ['i'], at: Date.now(), until: Date.now() + 900_000 },
    });
    // Whoever has stolen it need not say which it is.
    for (const each of [token, nameless]) await atOnce(() => isRefused(port, each));
    await atOnce(() => closed.code === 4403);
    const late = await office.route(settings);
    for (const each of [token, nameless]) await atOnce(() => isRefused(late, each));
    expect(await errorsOf(late, { 'x-api-key': 'caller' })).toBeUndefined();
  });
});

describe('a router that hears nothing from Redis', () => {
  it.each([
    ['closes', 'cut'],
    ['swallows packets and closes nothing', 'silence'],
  ] as const)(
    'as the network %s takes old tokens for a while, then only new ones, until it hears again',
    async (_, fail) => {
      const wire = new Proxy(await freePort(), Number(new URL(redis.url).port));
      await wire.open();
      const through = new URL(redis.url);
      through.port = String(wire.port);
      const port = await office.route({
        REDIS_URL: through.href,
        REDIS_PREFIX: redis.prefix,
        ROUTER_IDENTITY_PASSED_CLAIMS: 'sid',
        ROUTER_IDENTITY_UNHEARD_MS: String(briefSeconds() * 1_000),
      });
      const now = Math.floor(Date.now() / 1_000);
      const ended = newSession();
      const [old, gone] = [
        await tokenOf('ann', newSession(), now - 60),
        await tokenOf('ann', ended, now - 60),
      ];
      for (const each of [old, gone]) expect(await errorsOf(port, each)).toBeUndefined();
      const socket = connect(port, gone);
      await wire[fail]();
      await revoke({ sessions: [ended] });
      expect(await errorsOf(port, old)).toBeUndefined();
      await until(() => isRefused(port, gone));
      await until(() => socket.closed.code === 4403);
      expect(await errorsOf(port, old)).toEqual(REFUSED);
      expect(await errorsOf(port, await tokenOf('ann', newSession(), now + 60))).toBeUndefined();
      expect(await errorsOf(port, { 'x-api-key': 'caller' })).toBeUndefined();
      await wire.cut();
      await wire.open();
      await until(async () => !(await isRefused(port, old)));
      expect(await errorsOf(port, gone)).toEqual(REFUSED);
      await wire.cut();
    },
  );
});

describe('a connection whose token has ended', () => {
  it('asks nothing more in its name', async () => {
    const token = await office.token('ann', {}, { seconds: briefSeconds() });
    const { client } = connect(ports[0] ?? 0, { authorization: `Bearer ${token}` });
    const first = new Subscriber(client, '{ phone }');
    await until(() => first.completed);
    await until(async () => {
      const next = new Subscriber(client, '{ phone }');
      await until(() => next.completed || next.failure !== undefined);
      return next.failure !== undefined;
    });
  });
});
