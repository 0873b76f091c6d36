import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type JWTPayload, SignJWT } from 'jose';
import WebSocket from 'ws';
import { briefSeconds } from './brief';
import { AUDIENCE, ISSUER, KeyServer, type TestKey, newKey } from './guard/issuer';
import { Rig, type Subscriber } from './kit';

const WHISPERED = 'subscription { whispered { text } }';
const NOTED = 'subscription { noted { text } }';
const OTHER_ISSUER = 'https://other-issuer.example';

let rig: Rig;
let keys: KeyServer;
let key: TestKey;
let open: (Talker | Subscriber)[] = [];

beforeAll(async () => {
  keys = await KeyServer.start();
  key = await newKey('k', 'EdDSA');
  keys.keys = [key.publicJwk];
  rig = await Rig.start({
    ROUTER_IDENTITY_JWKS_URL: keys.url,
    ROUTER_IDENTITY_JWT_ISSUERS: `${ISSUER},${OTHER_ISSUER}`,
    ROUTER_IDENTITY_PASSED_CLAIMS: 'tenant',
    ROUTER_IDENTITY_JWT_AUDIENCES: AUDIENCE,
    ROUTER_IDENTITY_JWT_SKEW_MS: '1',
    ROUTER_LIVE_SUBSCRIPTIONS_PER_IDENTITY: '4',
    ROUTER_LIVE_SUBSCRIPTIONS: '6',
    ROUTER_LIVE_KEYS_PER_STREAM: '3',
    ROUTER_LIVE_SOCKETS: '8',
  });
});
afterAll(async () => {
  await rig.stop();
  await keys.stop();
});
afterEach(async () => {
  for (const client of open) client.leave();
  open = [];
  await rig.quiet();
  await until(async () => (await rig.metric('router_clients')) === 0);
});

/** A token of that subject that holds so many seconds; like all tokens it ends at a whole second. */
const tokenFor = (subject: string, seconds: number, claims: JWTPayload = {}): Promise<string> =>
  new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: subject, ...claims })
    .setProtectedHeader({ alg: key.alg, kid: 'k' })
    .setExpirationTime(Math.floor(Date.now() / 1_000) + seconds)
    .sign(key.privateKey);

/** A WebSocket that says exactly what a test wants. */
class Talker {
  readonly received: Record<string, unknown>[] = [];
  closed: { code: number; reason: string } | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) =>
      this.received.push(JSON.parse(data.toString()) as Record<string, unknown>),
    );
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
  }

  static async connect(token?: string): Promise<Talker> {
    const talker = new Talker(new WebSocket(rig.socketUrl, 'graphql-transport-ws'));
    open.push(talker);
    await once(talker.socket, 'open');
    const payload = token === undefined ? undefined : { authorization: `Bearer ${token}` };
    talker.say({ type: 'connection_init', payload });
    await until(() => talker.received.length === 1 || talker.closed !== undefined);
    return talker;
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(id: string, query: string): void {
    this.say({ id, type: 'subscribe', payload: { query } });
  }

  leave(): void {
    this.socket.terminate();
  }

  ofType(type: string): Record<string, unknown>[] {
    return this.received.filter((message) => message['type'] === type);
  }

  async answer(type: string, count = 1): Promise<Record<string, unknown>> {
    await until(() => this.ofType(type).length >= count);
    return this.ofType(type)[count - 1] ?? {};
  }
}

describe('a WebSocket with a token', () => {
  it('is refused with 4403 when the token is not accepted', async () => {
    const talker = await Talker.connect('nonsense');
    expect(talker.closed).toMatchObject({
      code: 4403,
      reason: expect.stringContaining('not accepted'),
    });
  });

  it('may follow what needs an identity, which others may not', async () => {
    const anonymous = await Talker.connect();
    anonymous.subscribe('1', WHISPERED);
    expect(await anonymous.answer('error')).toMatchObject({
      id: '1',
      payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    const ann = await Talker.connect(await tokenFor('ann', 60));
    ann.subscribe('1', WHISPERED);
    await until(() => rig.shop.whispers.listening === 1);
    rig.shop.whispers.publish({ text: 'psst' });
    expect(await ann.answer('next')).toMatchObject({
      payload: { data: { whispered: { text: 'psst' } } },
    });
  });

  it('shares with others what needs no identity, and with nobody else what does', async () => {
    const [ann, ann2, bob] = await Promise.all([
      Talker.connect(await tokenFor('ann', 60)),
      Talker.connect(await tokenFor('ann', 90)),
      Talker.connect(await tokenFor('bob', 60)),
    ]);
    for (const talker of [ann, ann2, bob]) talker?.subscribe('n', NOTED);
    await until(async () => (await rig.metric('router_client_subscriptions')) === 3);
    expect(await rig.metric('router_streams')).toBe(1);
    for (const talker of [ann, ann2, bob]) talker?.subscribe('w', WHISPERED);
    await until(async () => (await rig.metric('router_client_subscriptions')) === 6);
    expect(await rig.metric('router_streams')).toBe(3);
  });

  it('ends what needs the identity when the token ends, and nothing else', async () => {
    const talker = await Talker.connect(await tokenFor('ann', briefSeconds()));
    talker.subscribe('w', WHISPERED);
    talker.subscribe('n', NOTED);
    expect(await talker.answer('error')).toMatchObject({
      id: 'w',
      payload: [{ extensions: { code: 'SUBSCRIPTION_EXPIRED' } }],
    });
    await until(() => rig.shop.notes.listening === 1);
    rig.shop.notes.publish({ text: 'still' });
    expect(await talker.answer('next')).toMatchObject({ id: 'n' });
    expect(talker.closed).toBeUndefined();
  });

  it.each(['authorization', 'Authorization'])(
    'goes on after a ping that renewed the token by %s',
    async (name) => {
      const seconds = briefSeconds();
      const talker = await Talker.connect(await tokenFor('ann', seconds, { scope: 'a' }));
      talker.subscribe('w', WHISPERED);
      const renewedAt = Date.now();
      const token = await tokenFor('ann', 60, { scope: 'a b' });
      talker.say({ type: 'ping', payload: { [name]: `Bearer ${token}` } });
      const { payload } = await talker.answer('pong');
      const { expiresAt } = payload as { expiresAt: number };
      expect(expiresAt).toBeGreaterThan(renewedAt + 59_000);
      // The first token, by the clock that the router goes by, has ended by then.
      const passed = Date.now() + seconds * 1_000 + 500;
      await until(() => Date.now() > passed);
      rig.shop.whispers.publish({ text: 'on' });
      expect(await talker.answer('next')).toMatchObject({ id: 'w' });
      expect(talker.ofType('error')).toEqual([]);
    },
  );

  it.each([
    ["somebody else's", () => tokenFor('bob', 60, { scope: 'a' }), 'FORBIDDEN'],
    ['one that may do less', () => tokenFor('ann', 60), 'FORBIDDEN'],
    [
      "another issuer's for who is called the same",
      () => tokenFor('ann', 60, { scope: 'a', iss: OTHER_ISSUER }),
      'FORBIDDEN',
    ],
    [
      'one of another tenant, whom subgraphs are told of',
      () => tokenFor('ann', 60, { scope: 'a', tenant: 'south' }),
      'FORBIDDEN',
    ],
    ['one that is not accepted', async () => 'nonsense', 'UNAUTHENTICATED'],
  ])('keeps its token when it is to be replaced by %s', async (_, other, code) => {
    const talker = await Talker.connect(await tokenFor('ann', 60, { scope: 'a' }));
    talker.subscribe('w', WHISPERED);
    await until(() => rig.shop.whispers.listening === 1);
    talker.say({ type: 'ping', payload: { authorization: `Bearer ${await other()}` } });
    expect(await talker.answer('pong')).toMatchObject({
      payload: { errors: [{ extensions: { code } }] },
    });
    rig.shop.whispers.publish({ text: 'on' });
    expect(await talker.answer('next')).toMatchObject({ id: 'w' });
  });

  it('renews one token at a time', async () => {
    const talker = await Talker.connect(await tokenFor('ann', 60));
    const token = await tokenFor('ann', 90);
    for (let turn = 0; turn < 20; turn += 1) {
      talker.say({ type: 'ping', payload: { authorization: `Bearer ${token}` } });
    }
    await talker.answer('pong', 20);
    const codes = talker.ofType('pong').map(({ payload }) => {
      const [error] = (payload as { errors?: { extensions: { code: string } }[] }).errors ?? [];
      return error?.extensions.code ?? 'renewed';
    });
    expect(new Set(codes)).toEqual(new Set(['renewed', 'RATE_LIMITED']));
  });
});

describe.each([
  [
    'Server-Sent Events',
    'text/event-stream',
    /event: next\ndata: (.*)\n\nevent: complete\ndata:\n\n$/,
  ],
  [
    'multipart',
    'multipart/mixed;subscriptionSpec=1.0',
    /\r\n\r\n\{"payload":(.*)\}\r\n--graphql--\r\n$/,
  ],
])('a subscription over %s', (_, accept, ending) => {
  it('is told when its token ends, and ends', async () => {
    const response = await fetch(rig.url, {
      method: 'POST',
      headers: {
        accept,
        'content-type': 'application/json',
        authorization: `Bearer ${await tokenFor('ann', briefSeconds())}`,
      },
      body: JSON.stringify({ query: WHISPERED }),
    });
    const [, payload] = ending.exec(await response.text()) ?? [];
    expect(JSON.parse(payload ?? '')).toMatchObject({
      errors: [{ extensions: { code: 'SUBSCRIPTION_EXPIRED' } }],
    });
    await until(async () => (await rig.metric('router_client_subscriptions')) === 0);
  });
});

describe('the number of subscriptions', () => {
  it('is limited for each identity, over all its connections', async () => {
    const [first, second] = [
      await Talker.connect(await tokenFor('ann', 60)),
      await Talker.connect(await tokenFor('ann', 60)),
    ];
    for (const id of ['1', '2', '3']) first.subscribe(id, NOTED);
    await until(async () => (await rig.metric('router_client_subscriptions')) === 3);
    for (const id of ['1', '2']) second.subscribe(id, NOTED);
    expect(await second.answer('error')).toMatchObject({
      id: '2',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    first.say({ id: '1', type: 'complete' });
    await until(async () => (await rig.metric('router_client_subscriptions')) === 3);
    second.subscribe('3', NOTED);
    await until(async () => (await rig.metric('router_client_subscriptions')) === 4);
    expect(second.ofType('error')).toHaveLength(1);
  });

  it('of one issuer is not counted for who another issuer calls the same', async () => {
    const ann = await Talker.connect(await tokenFor('ann', 60));
    for (const id of ['1', '2', '3', '4']) ann.subscribe(id, NOTED);
    await until(async () => (await rig.metric('router_client_subscriptions')) === 4);
    const other = await Talker.connect(await tokenFor('ann', 60, { iss: OTHER_ISSUER }));
    other.subscribe('1', NOTED);
    await until(async () => (await rig.metric('router_client_subscriptions')) === 5);
    expect(other.ofType('error')).toEqual([]);
  });

  it('is limited in all', async () => {
    const clients = Array.from({ length: 6 }, () => rig.subscribe(NOTED));
    open.push(...clients);
    await until(async () => (await rig.metric('router_client_subscriptions')) === 6);
    const talker = await Talker.connect();
    talker.subscribe('1', NOTED);
    expect(await talker.answer('error')).toMatchObject({
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
  });

  it.each([
    ['there are too many', 6, (turn: number) => `subscription { n${turn}: noted { text } }`],
    [
      'there are too many elements in them',
      1,
      (turn: number) => `subscription { n${turn}: logged(topics: ["a", "b", "c", "d"]) { text } }`,
    ],
  ])('leaves nothing behind of those that are refused as %s', async (_, running, refused) => {
    open.push(...Array.from({ length: running }, () => rig.subscribe(NOTED)));
    await until(async () => (await rig.metric('router_client_subscriptions')) === running);
    const talker = await Talker.connect();
    for (let turn = 0; turn < 20; turn += 1) talker.subscribe(String(turn), refused(turn));
    await talker.answer('error', 20);
    expect(await rig.metric('router_streams')).toBe(1);
    expect(await rig.metric('router_client_subscriptions')).toBe(running);
  });

  it('and that of WebSockets is limited too', async () => {
    for (let count = 0; count < 8; count += 1) await Talker.connect();
    const socket = new WebSocket(rig.socketUrl, 'graphql-transport-ws');
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('503');
  });
});
