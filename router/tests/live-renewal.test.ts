import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { SignJWT } from 'jose';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { briefSeconds } from './brief';
import { Echo } from './echo';
import { AUDIENCE, ISSUER, KeyServer, newKey } from './guard/issuer';
import { Subscriber } from './kit';

const CONFIG = 'headers: { forward: [authorization] }';
const TURNED = 'subscription { turned { theirs } }';

let echo: Echo;
let clients: Client[] = [];

beforeAll(async () => {
  echo = await Echo.start(CONFIG);
});
afterAll(() => echo.stop());
afterEach(async () => {
  for (const client of clients) client.terminate();
  clients = [];
  await until(() => echo.turns.listening === 0);
  echo.heard = [];
});

/** A client that may renew what it said of itself. */
class Renewing {
  readonly pongs: unknown[] = [];
  private socket: WebSocket | undefined;
  private readonly client: Client;

  constructor({ port }: Echo, authorization: string) {
    this.client = createClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization },
      on: {
        opened: (socket) => (this.socket = socket as WebSocket),
        pong: (_received, payload) => this.pongs.push(payload),
      },
    });
    clients.push(this.client);
  }

  subscribe(query: string): Subscriber {
    return new Subscriber(this.client, query);
  }

  async renew(authorization: string): Promise<unknown> {
    const { length } = this.pongs;
    this.socket?.send(JSON.stringify({ type: 'ping', payload: { authorization } }));
    await until(() => this.pongs.length > length);
    return this.pongs.at(-1);
  }
}

const credentialsAt = (subgraph: string): unknown[] =>
  echo.heard
    .filter((heard) => heard.subgraph === subgraph)
    .map(({ headers }) => headers['authorization']);

it('what is joined is asked with the token that a client renewed', async () => {
  const client = new Renewing(echo, 'Bearer old');
  const subscriber = client.subscribe(TURNED);
  await until(() => echo.turns.listening === 1);
  echo.turns.publish({});
  await subscriber.received(1);
  expect(await client.renew('Bearer new')).toEqual({ expiresAt: null });
  echo.turns.publish({});
  await subscriber.received(2);
  expect(credentialsAt('right')).toEqual(['Bearer old', 'Bearer new']);
  // Its upstream subscription goes on: no event is missed.
  expect(credentialsAt('left')).toEqual(['Bearer old']);
});

it('who shares the former token is not asked for with the new one', async () => {
  const [one, other] = [new Renewing(echo, 'Bearer old'), new Renewing(echo, 'Bearer old')];
  const subscribers = [one.subscribe(TURNED), other.subscribe(TURNED)];
  for (const client of clients) await new Subscriber(client, '{ __typename }').received(1);
  await until(() => echo.turns.listening === 1);
  await one.renew('Bearer new');
  await until(() => echo.turns.listening === 2);
  echo.turns.publish({});
  for (const subscriber of subscribers) await subscriber.received(1);
  expect(credentialsAt('right').sort()).toEqual(['Bearer new', 'Bearer old']);
  expect(credentialsAt('left')).toEqual(['Bearer old', 'Bearer new']);
  await other.renew('Bearer new');
  await until(() => echo.turns.listening === 1);
  echo.turns.publish({});
  for (const subscriber of subscribers) await subscriber.received(2);
  expect(credentialsAt('right').slice(2)).toEqual(['Bearer new']);
});

it('a subscription for which a token is passed on ends with it, although it needs none', async () => {
  const keys = await KeyServer.start();
  const key = await newKey('k', 'EdDSA');
  keys.keys = [key.publicJwk];
  const guarded = await Echo.start(CONFIG, {
    ROUTER_IDENTITY_JWKS_URL: keys.url,
    ROUTER_IDENTITY_JWT_ISSUERS: ISSUER,
    ROUTER_IDENTITY_JWT_AUDIENCES: AUDIENCE,
    ROUTER_IDENTITY_JWT_SKEW_MS: '1',
  });
  const token = await new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'ann' })
    .setProtectedHeader({ alg: key.alg, kid: 'k' })
    .setExpirationTime(Math.floor(Date.now() / 1_000) + briefSeconds())
    .sign(key.privateKey);
  const subscriber = new Renewing(guarded, `Bearer ${token}`).subscribe('subscription { ticked }');
  await until(() => subscriber.failure !== undefined);
  expect(subscriber.failure).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_EXPIRED' } }]);
  await guarded.stop();
  await keys.stop();
});
