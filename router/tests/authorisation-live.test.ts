import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { briefSeconds } from './brief';
import { Subscriber } from './kit';
import { ISSUER } from './guard/issuer';
import { Office } from './office';

const CALLED = 'subscription { called }';
const ARRIVED = 'subscription { arrived { name } }';
const SCOPE = { scope: 'calls:read' };
const OTHER_ISSUER = 'https://other-issuer.example';

let office: Office;
let port: number;
let clients: Client[] = [];

beforeAll(async () => {
  office = await Office.open();
  port = await office.route({
    ROUTER_IDENTITY_JWT_ISSUERS: `${ISSUER},${OTHER_ISSUER}`,
    ROUTER_IDENTITY_PASSED_CLAIMS: 'tenant',
  });
});
afterAll(() => office.close());
afterEach(async () => {
  for (const client of clients) client.terminate();
  clients = [];
  await until(() => office.calls.listening + office.arrivals.listening === 0);
  office.heard = [];
});

function connect(connectionParams: Record<string, unknown>): Client {
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams,
  });
  clients.push(client);
  return client;
}

const subscribe = (query: string, credentials: Record<string, unknown> = {}): Subscriber =>
  new Subscriber(connect(credentials), query);

const as = async (...token: Parameters<Office['token']>) => ({
  authorization: `Bearer ${await office.token(...token)}`,
});

const failureOf = async (subscriber: Subscriber): Promise<unknown> => {
  await until(() => subscriber.failure !== undefined);
  return subscriber.failure;
};
const refusedWith = (code: string) => [expect.objectContaining({ extensions: { code } })];
const subjects = () => office.heard.map(({ identity }) => identity?.subject);

/** Subscribes over Server-Sent Events. */
const stream = (query: string, headers: HeadersInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query }),
  });

describe('a protected subscription over a WebSocket', () => {
  it.each([
    ['a token with the scope', () => as('ann', SCOPE), 'ann'],
    ['an API key with the scope', async () => ({ apiKey: 'caller' }), 'robot'],
  ])('is allowed by %s, in whose name the subgraph is asked', async (_, credentials, subject) => {
    const subscriber = subscribe(CALLED, await credentials());
    await until(() => office.calls.listening === 1);
    office.calls.publish('Hello?');
    await subscriber.received(1);
    expect(subscriber.data).toEqual([{ called: 'Hello?' }]);
    expect(office.heard).toMatchObject([{ subgraph: 'people', identity: { subject } }]);
  });

  it('is refused without an identity, or without the scope, and never reaches the subgraph', async () => {
    expect(await failureOf(subscribe(CALLED))).toEqual(refusedWith('UNAUTHENTICATED'));
    expect(await failureOf(subscribe(CALLED, await as('ann')))).toEqual(refusedWith('FORBIDDEN'));
    expect(office.heard).toEqual([]);
  });

  it('is refused as a whole for one field of another subgraph that may not be used', async () => {
    const subscriber = subscribe('subscription { arrived { name salary } }', await as('ann'));
    expect(await failureOf(subscriber)).toEqual(refusedWith('FORBIDDEN'));
    expect(office.heard).toEqual([]);
  });

  it('asks the other subgraphs for what joins its events in the name of the same identity', async () => {
    const viewer = await as('ann', { scope: 'payroll:read' });
    const subscriber = subscribe('subscription { arrived { name salary } }', viewer);
    await until(() => office.arrivals.listening === 1);
    office.arrivals.publish({});
    await subscriber.received(1);
    expect(subscriber.data).toEqual([{ arrived: { name: 'Ann', salary: 4_200 } }]);
    expect(office.heard).toMatchObject([
      { subgraph: 'people', identity: { subject: 'ann' } },
      { subgraph: 'payroll', identity: { subject: 'ann' } },
    ]);
  });

  it('ends with SUBSCRIPTION_EXPIRED when the token does, here and at the subgraph', async () => {
    const subscriber = subscribe(CALLED, await as('ann', SCOPE, { seconds: briefSeconds() }));
    await until(() => office.calls.listening === 1);
    expect(await failureOf(subscriber)).toEqual(refusedWith('SUBSCRIPTION_EXPIRED'));
    await until(() => office.calls.listening === 0);
  });
});

describe('a WebSocket', () => {
  it.each<[string, () => Promise<Record<string, unknown>>]>([
    ['nonsense', async () => ({ authorization: 'Bearer nonsense' })],
    ['a token that is over', () => as('ann', SCOPE, { seconds: -1 })],
    ["an API key that is nobody's", async () => ({ apiKey: 'bad' })],
  ])('is closed with 4403 for %s, whatever it would ask for', async (_, credentials) => {
    expect(await failureOf(subscribe(ARRIVED, await credentials()))).toMatchObject({ code: 4403 });
    expect(office.heard).toEqual([]);
  });

  it('hands over nothing that a client puts beside its operation', async () => {
    const boss = {
      subject: 'boss',
      scopes: new Set<string>(),
      roles: new Set<string>(),
      claims: {},
      expiresAt: null,
    };
    const extensions = { 'x-router-identity': await office.signed(boss) };
    connect({}).subscribe(
      { query: ARRIVED, extensions },
      { next: () => undefined, error: () => undefined, complete: () => undefined },
    );
    await until(() => office.arrivals.listening === 1);
    expect(office.heard.map(({ identity }) => identity)).toEqual([null]);
  });
});

describe('a protected subscription over Server-Sent Events', () => {
  it('ends with SUBSCRIPTION_EXPIRED when the token does', async () => {
    const response = await stream(CALLED, await as('ann', SCOPE, { seconds: briefSeconds() }));
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('SUBSCRIPTION_EXPIRED');
    expect(text).toMatch(/event: complete\ndata:\n\n$/);
    await until(() => office.calls.listening === 0);
  });

  it('is refused without the scope', async () => {
    const response = await stream(CALLED, await as('ann'));
    expect(await response.text()).toContain('FORBIDDEN');
    expect(office.heard).toEqual([]);
  });

  it('does not begin with a token that is not accepted', async () => {
    const response = await stream(ARRIVED, { authorization: 'Bearer nonsense' });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(office.heard).toEqual([]);
  });
});

describe('viewers of the same subscription', () => {
  it('share no stream of protected fields with anybody else', async () => {
    const viewers = [
      await as('ann', SCOPE),
      await as('bob', SCOPE),
      await as('bob', { scope: 'calls:read payroll:read' }),
    ];
    const subscribers = viewers.map((viewer) => subscribe(CALLED, viewer));
    await until(() => office.calls.listening === 3);
    expect(subjects().sort()).toEqual(['ann', 'bob', 'bob']);
    office.calls.publish('Hello?');
    for (const subscriber of subscribers) {
      await subscriber.received(1);
      expect(subscriber.data).toEqual([{ called: 'Hello?' }]);
    }
  });

  it.each([
    ['of two tenants whom subgraphs are told of', { tenant: 'north' }, { tenant: 'south' }],
    ['whom two issuers call the same', {}, { iss: OTHER_ISSUER }],
  ])('share no stream of protected fields %s', async (_, one, other) => {
    for (const claims of [one, other]) subscribe(CALLED, await as('ann', { ...SCOPE, ...claims }));
    await until(() => office.calls.listening === 2);
    expect(office.heard.map(({ identity }) => identity?.claims['tenant']).sort()).toEqual([
      'tenant' in one ? one.tenant : undefined,
      'tenant' in other ? other.tenant : undefined,
    ]);
  });

  it('share one stream of protected fields with others whom subgraphs take for the same', async () => {
    for (const jti of ['1', '2']) subscribe(CALLED, await as('ann', { ...SCOPE, jti }));
    for (const client of clients) await new Subscriber(client, '{ phone }').received(1);
    await until(() => office.calls.listening > 0);
    expect(office.calls.listening).toBe(1);
    expect(office.heard.filter(({ query }) => query.includes('called'))).toHaveLength(1);
  });

  it('share one stream of public fields, whoever they are, in the name of nobody', async () => {
    const viewers = [{}, {}, await as('ann')];
    const subscribers = viewers.map((viewer) => subscribe(ARRIVED, viewer));
    // Each asks on the same socket, after its subscription, what is answered when that has begun.
    for (const client of clients) {
      const asked = new Subscriber(client, '{ __typename }');
      await asked.received(1);
    }
    await until(() => office.arrivals.listening > 0);
    office.arrivals.publish({});
    for (const subscriber of subscribers) await subscriber.received(1);
    expect(office.arrivals.listening).toBe(1);
    expect(office.heard.map(({ identity }) => identity)).toEqual([null]);
  });
});
