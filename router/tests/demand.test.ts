import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Bookshop, ask } from './bookshop';
import { Subscriber, metricAt } from './kit';

/** Costs 8, as Apollo's documentation says. */
const DETAILS = '{ title author { name } publisher { name address { zipCode } } }';
const RESPONSE_TYPE = 'application/graphql-response+json';

let shop: Bookshop;
let port: number;

beforeAll(async () => {
  shop = await Bookshop.open();
  ({ port } = await shop.route());
});
afterAll(() => shop.close());

const costOf = async (query: string, variables = {}): Promise<unknown> =>
  (await ask(port, query, {}, variables)).body.extensions?.['cost'];

describe('an answer says what it was estimated to cost', () => {
  it.each([
    ['{ sold }', 3],
    [`{ book(id: 1) ${DETAILS} }`, 8],
    [`{ bestsellers ${DETAILS} }`, 40],
    [`{ newestAdditions(limit: 3) ${DETAILS} }`, 24],
    ['{ __schema { queryType { name } } }', 0],
  ])('%s', async (query, estimated) => {
    expect(await costOf(query)).toEqual({ estimated });
  });

  it('with the variables that were given', async () => {
    const query = `query ($n: Int!) { newestAdditions(limit: $n) ${DETAILS} }`;
    expect(await costOf(query, { n: 7 })).toEqual({ estimated: 56 });
    expect(await costOf(query, { n: 2 })).toEqual({ estimated: 16 });
  });

  it('beside errors too', async () => {
    const { body } = await ask(port, '{ book(id: 1) { title sequels(limit: -1) { title } } }');
    expect(body.errors).toHaveLength(1);
    expect(body.extensions).toEqual({ requestId: expect.any(String), cost: { estimated: 1 } });
  });

  it('in the first of its parts', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'multipart/mixed; deferSpec=20220824',
      },
      body: JSON.stringify({ query: '{ book { title ... @defer { author { name } } } }' }),
    });
    const [, first = ''] = (await response.text()).split('\r\n---');
    expect(first).toContain('"hasNext":true,"extensions":{"cost":{"estimated":2}}}');
  });

  it('unless the router is told not to', async () => {
    const silent = await shop.route({ ROUTER_DEMAND_REPORT: 'false' });
    expect((await ask(silent.port, '{ sold }')).body).toEqual({ data: { sold: 7 } });
  });
});

describe('an operation that costs too much', () => {
  const TOO_MUCH = `{ newestAdditions(limit: 3) ${DETAILS} }`;
  const REFUSAL = { code: 'OPERATION_TOO_LARGE', limit: 'cost', allowed: 23, cost: 24 };
  let strict: number;

  beforeAll(async () => {
    ({ port: strict } = await shop.route({ ROUTER_DEMAND_OPERATION: '23' }));
    shop.asked = 0;
  });

  const refused = expect.arrayContaining([expect.objectContaining({ extensions: REFUSAL })]);
  const url = () => `http://127.0.0.1:${strict}/graphql`;

  it('is refused before a subgraph is asked, and is not charged', async () => {
    const answer = await ask(strict, TOO_MUCH, { accept: RESPONSE_TYPE });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ extensions: REFUSAL }] });
    expect(answer.body.data).toBeUndefined();
    expect(answer.headers.get('ratelimit')).toBeNull();
    expect(shop.asked).toBe(0);
  });

  it('is served where it costs just as much as it may', async () => {
    const { body } = await ask(
      strict,
      `{ bestsellers { publisher { name } author { name } } newestAdditions(limit: 1) ${DETAILS} }`,
    );
    expect(body.extensions).toEqual({ cost: { estimated: 23 } });
    expect(body.errors).toBeUndefined();
  });

  it('is refused over a WebSocket and as a subscription', async () => {
    const connect = () =>
      createClient({ url: `ws://127.0.0.1:${strict}/graphql`, webSocketImpl: WebSocket });
    const once = new Subscriber(connect(), TOO_MUCH);
    const live = new Subscriber(connect(), `subscription { published ${DETAILS} }`);
    await until(() => once.failure !== undefined && live.failure !== undefined);
    expect(once.failure).toEqual(refused);
    expect(live.failure).toMatchObject([{ extensions: { ...REFUSAL, cost: 40 } }]);
    expect(shop.published.listening).toBe(0);
  });

  it('is refused over Server-Sent Events, by GET', async () => {
    const get = `${url()}?query=${encodeURIComponent(TOO_MUCH)}`;
    const response = await fetch(get, {
      headers: { accept: 'text/event-stream', 'apollo-require-preflight': '1' },
    });
    expect(await response.text()).toContain('"cost":24');
  });

  it('is refused alone of a batch', async () => {
    const response = await fetch(url(), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ query: TOO_MUCH }, { query: '{ sold }' }]),
    });
    expect(await response.json()).toMatchObject([
      { errors: [{ extensions: REFUSAL }] },
      { data: { sold: 7 } },
    ]);
  });

  it.each([2_147_483_647, 3])(
    'is refused whatever it says of its lists: first %d',
    async (limit) => {
      const nested = Array.from({ length: 20 }).reduce<string>(
        (inner) => `{ sequels(limit: ${limit}) ${inner} }`,
        '{ title }',
      );
      const { body } = await ask(strict, `{ book ${nested} }`);
      const cost = body.errors?.[0]?.extensions['cost'];
      expect(Number.isSafeInteger(cost)).toBe(true);
      expect(cost).toBeGreaterThan(3 ** 20);
    },
  );

  it('is counted, and so is what each costs', async () => {
    const { adminPort, port: other } = await shop.route({ ROUTER_DEMAND_OPERATION: '23' });
    for (const query of [TOO_MUCH, TOO_MUCH, '{ sold }']) await ask(other, query);
    const refusals = 'router_operations_refused_total';
    expect(await metricAt(adminPort, refusals, { reason: 'cost' })).toBe(2);
    const upTo = (le: string) => metricAt(adminPort, 'router_operation_cost_bucket', { le });
    expect([await upTo('1'), await upTo('10'), await upTo('100')]).toEqual([0, 1, 3]);
  });
});

describe('a list whose length an argument must say', () => {
  it.each(['signed', 'signed(first: 1, last: 1)', 'signed(first: $n)'])(
    'is refused as %s',
    async (field) => {
      const declared = field.includes('$n') ? 'query ($n: Int) ' : '';
      const { body } = await ask(port, `${declared}{ ${field} { title } }`);
      expect(body).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
      expect(body.data).toBeUndefined();
    },
  );
});
