import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { createClient } from 'graphql-sse';
import { Rig } from './kit';

const SSE = 'text/event-stream';
const MULTIPART = 'multipart/mixed;subscriptionSpec=1.0, application/json';
const PRICE = 'subscription { priceChanged(ids: ["1"]) { id price rating } }';

let rig: Rig;
let open: Body[] = [];

beforeAll(async () => {
  rig = await Rig.start({ ROUTER_LIVE_BACKLOG_BYTES: '65536', ROUTER_LIVE_STUCK_MS: '500' });
});
afterAll(() => rig.stop());
afterEach(async () => {
  for (const body of open) body.leave();
  open = [];
  await rig.quiet();
});

/** A response whose body is read as it comes. */
class Body {
  text = '';
  ended = false;

  constructor(
    readonly response: IncomingMessage,
    private readonly call: ClientRequest,
  ) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => (this.text += text));
    response.on('end', () => (this.ended = true));
    response.on('error', () => undefined);
  }

  leave(): void {
    this.call.destroy();
  }

  async has(text: string): Promise<void> {
    await until(() => this.text.includes(text));
  }
}

async function ask(
  accept: string,
  query: string,
  { method = 'POST', variables = {} }: { method?: string; variables?: object } = {},
): Promise<Body> {
  const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const call = request(method === 'GET' ? `${rig.url}?${String(parameters)}` : rig.url, {
    method,
    headers: {
      accept,
      'apollo-require-preflight': '1',
      ...(method === 'POST' && { 'content-type': 'application/json' }),
    },
  });
  call.on('error', () => undefined);
  call.end(method === 'POST' ? JSON.stringify({ query, variables }) : undefined);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const body = new Body(response, call);
  open.push(body);
  return body;
}

const listening = (bus: { listening: number }, count = 1): Promise<boolean> =>
  until(() => bus.listening === count);

describe('Server-Sent Events', () => {
  it.each(['POST', 'GET'])(
    'begin at once and bring each result by itself, by %s',
    async (method) => {
      const body = await ask(SSE, PRICE, { method });
      expect(body.response.statusCode).toBe(200);
      expect(body.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
      expect(body.response.headers['x-request-id']).toBeDefined();
      await until(() => body.text === ':\n\n');
      await listening(rig.shop.prices);
      rig.shop.prices.publish({ id: '1', price: 1 });
      const event = '{"data":{"priceChanged":{"id":"1","price":1,"rating":0.5}}}';
      await until(() => body.text === `:\n\nevent: next\ndata: ${event}\n\n`);
      body.leave();
      await listening(rig.shop.prices, 0);
      expect(await rig.metric('router_client_subscriptions')).toBe(0);
    },
  );

  it('end with a complete event', async () => {
    const body = await ask(SSE, 'subscription { counted(to: 2) }');
    await until(() => body.ended);
    expect(body.text).toBe(
      ':\n\nevent: next\ndata: {"data":{"counted":1}}\n\nevent: next\ndata: {"data":{"counted":2}}\n\nevent: complete\ndata:\n\n',
    );
  });

  it('are for subscriptions where the client takes JSON as well', async () => {
    const accept = `application/graphql-response+json, application/json, ${SSE}, multipart/mixed`;
    const query = await ask(accept, '{ product(id: "1") { name } }');
    await until(() => query.ended);
    const { headers } = query.response;
    expect(headers['content-type']).toMatch('application/graphql-response+json');
    expect(headers['ratelimit']).toBeDefined();
    expect(query.text).toBe('{"data":{"product":{"name":"Lamp"}}}');
    const subscription = await ask(accept, 'subscription { counted(to: 1) }');
    expect(subscription.response.headers['content-type']).toMatch(SSE);
  });

  it.each([
    ['what is no GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['what a subgraph refuses', 'subscription { refused(why: "No.") }', 'INVALID_INPUT'],
  ])('carry the errors of %s, as the protocol asks, and then the end', async (_, query, code) => {
    const body = await ask(SSE, query);
    await until(() => body.ended);
    expect(body.response.statusCode).toBe(200);
    const [, event, last] = body.text.split('\n\n');
    expect(JSON.parse(event?.replace('event: next\ndata: ', '') ?? '')).toMatchObject({
      errors: [{ extensions: { code } }],
    });
    expect(last).toBe('event: complete\ndata:');
  });

  it('answer queries too', async () => {
    const body = await ask(SSE, '{ me { name } }');
    await until(() => body.ended);
    expect(body.text).toContain('event: next\ndata: {"data":{"me":{"name":"Ann"}}}\n\n');
  });

  it('share the stream and its bytes with WebSockets', async () => {
    const bodies = await Promise.all([ask(SSE, PRICE), ask(SSE, PRICE), ask(MULTIPART, PRICE)]);
    const socket = rig.subscribe(PRICE);
    await until(async () => (await rig.metric('router_client_subscriptions')) === 4);
    await listening(rig.shop.prices);
    const asked = rig.shop.ratings.length;
    rig.shop.prices.publish({ id: '1', price: 7 });
    await socket.received(1);
    for (const body of bodies) await body.has('"price":7');
    expect(rig.shop.ratings.length - asked).toBe(1);
    socket.leave();
  });

  it("are understood by graphql-sse's own client", async () => {
    const client = createClient({ url: rig.url });
    const counted: unknown[] = [];
    for await (const event of client.iterate({ query: 'subscription { counted(to: 3) }' })) {
      counted.push(event.data);
    }
    expect(counted).toEqual([{ counted: 1 }, { counted: 2 }, { counted: 3 }]);
    const refused: unknown[] = [];
    for await (const event of client.iterate({ query: 'subscription { nothing }' })) {
      refused.push(event.errors?.[0]?.extensions?.['code']);
    }
    expect(refused).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    client.dispose();
  });

  it('end for a client that takes nothing, while others get everything', async () => {
    const healthy = rig.subscribe(PRICE);
    const body = await ask(
      SSE,
      'subscription { priceChanged(ids: ["1"]) { id price rating text } }',
    );
    body.response.pause();
    await until(async () => (await rig.metric('router_client_subscriptions')) === 2);
    await listening(rig.shop.prices, 2);
    const text = 'x'.repeat(200_000);
    let price = 0;
    while ((await rig.metric('router_stuck_clients_total')) === 0) {
      price += 1;
      rig.shop.prices.publish({ id: '1', price, text });
      await healthy.received(price);
    }
    await until(async () => (await rig.metric('router_client_subscriptions')) === 1);
    healthy.leave();
  });
});

describe('multipart subscriptions', () => {
  const part = (json: string): string =>
    `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`;

  it('send the delimiter right behind each part, and close with the last boundary', async () => {
    const body = await ask(MULTIPART, PRICE);
    expect(body.response.headers['content-type']).toBe(
      'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    );
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: '1', price: 1 });
    const payload = '{"payload":{"data":{"priceChanged":{"id":"1","price":1,"rating":0.5}}}}';
    await until(() => body.text === `\r\n--graphql${part(payload)}`);
    const counted = await ask(MULTIPART, 'subscription { counted(to: 2) }');
    await until(() => counted.ended);
    expect(counted.text).toBe(
      `\r\n--graphql${part('{"payload":{"data":{"counted":1}}}')}${part('{"payload":{"data":{"counted":2}}}')}--\r\n`,
    );
  });

  it('carry errors in the payload, and the closing boundary after them', async () => {
    const body = await ask(MULTIPART, 'subscription { refused(why: "No.") }');
    await until(() => body.ended);
    const [, json, rest] = /\r\n\r\n(.*)\r\n--graphql(.*)$/s.exec(body.text) ?? [];
    expect(JSON.parse(json ?? '')).toMatchObject({
      payload: { errors: [{ message: 'No.', extensions: { code: 'INVALID_INPUT' } }] },
    });
    expect(rest).toBe('--\r\n');
  });

  describe('in Apollo Client', () => {
    const client = (): ApolloClient =>
      new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: rig.url }) });

    it('show an event before the next one exists', async () => {
      const seen: unknown[] = [];
      const apollo = client();
      const subscription = apollo
        .subscribe({
          query: gql`
            subscription {
              priceChanged(ids: ["1"]) {
                id
                price
                rating
              }
            }
          `,
        })
        .subscribe(({ data }) => seen.push(data));
      await listening(rig.shop.prices);
      for (const price of [1, 2, 3]) {
        rig.shop.prices.publish({ id: '1', price });
        await until(() => seen.length === price);
      }
      expect(seen).toMatchObject([1, 2, 3].map((price) => ({ priceChanged: { price } })));
      subscription.unsubscribe();
      await listening(rig.shop.prices, 0);
      apollo.stop();
    });

    it('complete, and give the code of what is refused', async () => {
      const apollo = client();
      let completed = false;
      const codes: unknown[] = [];
      apollo
        .subscribe({ query: gql('subscription { counted(to: 1) }') })
        .subscribe({ complete: () => (completed = true) });
      apollo.subscribe({ query: gql('subscription { refused(why: "No.") }') }).subscribe({
        next: ({ error }) => {
          if (CombinedGraphQLErrors.is(error)) codes.push(error.errors[0]?.extensions?.['code']);
        },
      });
      await until(() => completed && codes.length === 1);
      expect(codes).toEqual(['INVALID_INPUT']);
      apollo.stop();
    });
  });
});
