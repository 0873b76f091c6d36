import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { Rig, type Subscriber } from './kit';

let rig: Rig;
let open: Subscriber[] = [];

beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());
afterEach(async () => {
  for (const subscriber of open) subscriber.leave();
  open = [];
  await rig.quiet();
  rig.shop.ratedIds.length = 0;
  rig.shop.ratingFails = 'no';
  rig.shop.gate = Promise.resolve();
});

function subscribe(query: string, variables?: Record<string, unknown>): Subscriber {
  const subscriber = rig.subscribe(query, variables);
  open.push(subscriber);
  return subscriber;
}

const listening = (bus: { listening: number }, count = 1): Promise<boolean> =>
  until(() => bus.listening === count);

const subscribers = (count: number): Promise<boolean> =>
  until(async () => (await rig.metric('router_client_subscriptions')) === count);

describe('a subscription over several subgraphs', () => {
  it("joins the other subgraphs' fields onto every event", async () => {
    const client = subscribe(
      'subscription { priceChanged(ids: ["1"]) { name price rating reviews { body author { name } } } }',
    );
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: '1', price: 11 });
    expect(await client.received(1)).toEqual([
      {
        data: {
          priceChanged: {
            name: 'Lamp',
            price: 11,
            rating: 0.5,
            reviews: [
              { body: 'review 0 of 1', author: { name: 'Ann' } },
              { body: 'review 1 of 1', author: { name: 'Bob' } },
            ],
          },
        },
      },
    ]);
  });

  it('hands other subgraphs what they require and finds entities by compound keys', async () => {
    const client = subscribe(
      'subscription { priceChanged(ids: ["2"]) { label maker { title country } } }',
    );
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: '2', price: 7 });
    await client.received(1);
    expect(client.data).toEqual([
      { priceChanged: { label: '€ 7', maker: { title: 'NL-2', country: 'NL' } } },
    ]);
  });

  it('answers aliases, fragments, conditions and variables as they were asked', async () => {
    const client = subscribe(
      `subscription ($ids: [ID!]!, $scale: Int = 10, $no: Boolean!, $yes: Boolean!) {
        p: priceChanged(ids: $ids) {
          __typename
          title: name
          ...Rated
          name @skip(if: $yes)
          price @include(if: $no)
          low: rating(scale: 1)
          ... on Product @include(if: $yes) { reviews(first: 1) { who: author { id } } }
          reviews(first: 1) { who: author { called: name } }
        }
      }
      fragment Rated on Product { rating(scale: $scale) }`,
      { ids: ['3'], no: false, yes: true },
    );
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: '3', price: 1 });
    await client.received(1);
    expect(JSON.stringify(client.data)).toBe(
      JSON.stringify([
        {
          p: {
            __typename: 'Product',
            title: 'Table',
            rating: 3,
            low: 0.3,
            reviews: [{ who: { id: 'a', called: 'Ann' } }],
          },
        },
      ]),
    );
  });

  it.each([
    [true, { label: '€ 4', rating: 1.5 }],
    [false, { stock: 3, maker: {} }],
  ])('asks for what is not skipped, and what that requires (%s)', async (yes, expected) => {
    const client = subscribe(
      `subscription ($yes: Boolean!) { priceChanged(ids: ["3"]) {
        label @include(if: $yes) rating @include(if: $yes) stock @skip(if: $yes)
        maker @skip(if: $yes) { title @include(if: $yes) }
      } }`,
      { yes },
    );
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: '3', price: 4 });
    await client.received(1);
    expect(client.data).toEqual([{ priceChanged: expected }]);
  });

  it('does not mix up what a client calls a field with fields of that name', async () => {
    const client = subscribe(
      `subscription { p: priceChanged(ids: ["3"]) {
        id: name price: text called: id rating label reviews: rating(scale: 2)
      } }`,
    );
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: '3', price: 4, text: 'oak' });
    await client.received(1);
    expect(client.data).toEqual([
      { p: { id: 'Table', price: 'oak', called: '3', rating: 1.5, label: '€ 4', reviews: 0.6 } },
    ]);
  });

  it('answers abstract types by what each event is', async () => {
    const client = subscribe(
      `subscription { offered { __typename
        ... on Product { name rating }
        ... on Bundle { title products { id stock } } } }`,
    );
    await listening(rig.shop.offers);
    rig.shop.offers.publish({ id: '1', name: 'Lamp' });
    await client.received(1);
    rig.shop.offers.publish({ title: 'Both', products: [{ id: '1' }, { id: '2' }, { id: '1' }] });
    await client.received(2);
    expect(client.data).toEqual([
      { offered: { __typename: 'Product', name: 'Lamp', rating: 0.5 } },
      {
        offered: {
          __typename: 'Bundle',
          title: 'Both',
          products: [
            { id: '1', stock: 1 },
            { id: '2', stock: 2 },
            { id: '1', stock: 1 },
          ],
        },
      },
    ]);
    expect(rig.shop.ratings.at(-1)).toEqual(['1', '2']);
  });

  it('completes its clients when the subgraph completes', async () => {
    const client = subscribe('subscription { counted(to: 3) }');
    await until(() => client.completed);
    expect(client.data).toEqual([{ counted: 1 }, { counted: 2 }, { counted: 3 }]);
  });
});

describe('a stream', () => {
  const QUERY = 'subscription Prices($ids: [ID!]!) { priceChanged(ids: $ids) { id price rating } }';

  it('costs one upstream subscription and one join per event, however many clients there are', async () => {
    const before = await rig.metric('router_subgraph_fetches_total');
    const clients = Array.from({ length: 20 }, () => subscribe(QUERY, { ids: ['1'] }));
    await subscribers(20);
    await listening(rig.shop.prices);
    for (let price = 1; price <= 5; price += 1) {
      rig.shop.prices.publish({ id: '1', price });
      await Promise.all(clients.map((client) => client.received(price)));
    }
    expect(rig.shop.prices.listening).toBe(1);
    expect(await rig.metric('router_upstream_subscriptions')).toBe(1);
    expect((await rig.metric('router_subgraph_fetches_total')) - before).toBe(5);
    expect(rig.shop.ratings).toEqual([['1'], ['1'], ['1'], ['1'], ['1']]);
  });

  it('is shared by operations that mean the same, whatever they are called', async () => {
    subscribe(QUERY, { ids: ['1'] });
    subscribe(
      `subscription Other($ids: [ID!]!) {
        priceChanged(ids: $ids) { id, price, rating }
      }`,
      { ids: ['1'], unused: 1 },
    );
    await subscribers(2);
    expect(await rig.metric('router_streams')).toBe(1);
  });

  it('is not shared when variables or selections differ', async () => {
    const query = (fields: string): string =>
      `subscription ($above: Float!) { priceChanged(ids: ["1"], filter: { above: $above }) { ${fields} } }`;
    subscribe(query('id price'), { above: 1 });
    subscribe(query('id price'), { above: 2 });
    subscribe(query('id'), { above: 2 });
    await subscribers(3);
    expect(await rig.metric('router_streams')).toBe(3);
  });

  it('compares variables as the schema completes them', async () => {
    const query =
      'subscription ($filter: Filter) { priceChanged(ids: ["1"], filter: $filter) { id } }';
    subscribe(query, { filter: { above: 1, mood: 'CALM' } });
    subscribe(query, { filter: { above: 1 } });
    subscribe(query, { filter: { above: 1, mood: 'WILD' } });
    await subscribers(3);
    expect(await rig.metric('router_streams')).toBe(2);
  });

  it('gives a newcomer the newest state of every entity at once', async () => {
    const first = subscribe(QUERY, { ids: ['1', '2'] });
    await listening(rig.shop.prices, 2);
    for (const event of [
      { id: '1', price: 1 },
      { id: '2', price: 2 },
      { id: '1', price: 3 },
    ]) {
      rig.shop.prices.publish(event);
      await first.received(first.results.length + 1);
    }
    const late = subscribe(QUERY, { ids: ['1', '2'] });
    await late.received(2);
    expect(late.data).toEqual([
      { priceChanged: { id: '1', price: 3, rating: 0.5 } },
      { priceChanged: { id: '2', price: 2, rating: 1 } },
    ]);
    expect(rig.shop.ratings).toHaveLength(3);
  });

  it('gives a newcomer one list of the newest of every entity where events are lists', async () => {
    const query = 'subscription { pricesChanged { price rating } }';
    const first = subscribe(query);
    await listening(rig.shop.lists);
    rig.shop.lists.publish([
      { id: '1', price: 1 },
      { id: '2', price: 2 },
    ]);
    await first.received(1);
    rig.shop.lists.publish([{ id: '1', price: 3 }]);
    await first.received(2);
    const late = subscribe(query);
    await late.received(1);
    expect(first.data).toEqual([
      {
        pricesChanged: [
          { price: 1, rating: 0.5 },
          { price: 2, rating: 1 },
        ],
      },
      { pricesChanged: [{ price: 3, rating: 0.5 }] },
    ]);
    expect(late.data).toEqual([
      {
        pricesChanged: [
          { price: 2, rating: 1 },
          { price: 3, rating: 0.5 },
        ],
      },
    ]);
  });

  it('gives a newcomer the last event where events have no key', async () => {
    const first = subscribe('subscription { noted { text } }');
    await listening(rig.shop.notes);
    rig.shop.notes.publish({ text: 'one' });
    rig.shop.notes.publish({ text: 'two' });
    await first.received(2);
    const late = subscribe('subscription { noted { text } }');
    await late.received(1);
    expect(late.data).toEqual([{ noted: { text: 'two' } }]);
  });

  it('closes its upstream soon after the last client left', async () => {
    const client = subscribe(QUERY, { ids: ['1'] });
    await listening(rig.shop.prices);
    client.leave();
    await until(() => rig.shop.prices.listening === 0);
    expect(await rig.metric('router_upstream_subscriptions')).toBe(0);
  });

  it('joins the newest of each entity when events come faster than they can be joined', async () => {
    let openGate = (): void => undefined;
    rig.shop.gate = new Promise((resolve) => {
      openGate = resolve;
    });
    const client = subscribe(QUERY, { ids: ['1', '2'] });
    await listening(rig.shop.prices, 2);
    const events = await rig.metric('router_events_total');
    rig.shop.prices.publish({ id: '1', price: 1 });
    await until(() => rig.shop.ratings.length === 1);
    for (let price = 2; price <= 50; price += 1) rig.shop.prices.publish({ id: '1', price });
    rig.shop.prices.publish({ id: '2', price: 9 });
    await until(async () => (await rig.metric('router_events_total')) === events + 51);
    openGate();
    await client.received(3);
    expect(client.data[0]).toEqual({ priceChanged: { id: '1', price: 1, rating: 0.5 } });
    expect(client.data).toContainEqual({ priceChanged: { id: '1', price: 50, rating: 0.5 } });
    expect(client.data).toContainEqual({ priceChanged: { id: '2', price: 9, rating: 1 } });
    expect(rig.shop.ratings.map((ids) => [...ids].sort())).toEqual([['1'], ['1', '2']]);
  });
});

describe('errors in a subscription', () => {
  const QUERY = 'subscription { priceChanged(ids: ["1"]) { name rating } }';

  it('keep the code of a subgraph that refuses, and end the subscription', async () => {
    const client = subscribe('subscription { refused(why: "No such thing.") }');
    await until(() => client.failure !== undefined);
    expect(client.failure).toMatchObject([
      { message: 'No such thing.', path: ['refused'], extensions: { code: 'INVALID_INPUT' } },
    ]);
    expect(client.results).toEqual([]);
  });

  it('leave the rest of the data where another subgraph fails', async () => {
    rig.shop.ratingFails = 'coded';
    const client = subscribe(QUERY);
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: '1', price: 1 });
    expect(await client.received(1)).toEqual([
      {
        data: { priceChanged: { name: 'Lamp', rating: null } },
        errors: [
          {
            message: 'Being counted.',
            path: ['priceChanged', 'rating'],
            extensions: { code: 'CONFLICT' },
          },
        ],
        extensions: { requestId: expect.any(String) },
      },
    ]);
  });

  it('say nothing of what a subgraph left out because something beside it failed', async () => {
    const client = subscribe(
      'subscription { priceChanged(ids: ["gone"]) { name reviews { body } stock } }',
    );
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: 'gone', price: 1 });
    const [result] = await client.received(1);
    expect(result?.errors?.map(({ path }) => path)).toEqual([['priceChanged', 'stock']]);
  });

  it('hide what an unexpected error says', async () => {
    rig.shop.ratingFails = 'unexpected';
    const client = subscribe(QUERY);
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: '1', price: 1 });
    const [result] = await client.received(1);
    expect(result?.errors).toMatchObject([
      { path: ['priceChanged', 'rating'], extensions: { code: 'INTERNAL' } },
    ]);
    expect(JSON.stringify(result)).not.toContain('db-7');
  });

  it('name each entity that a dead subgraph could not answer for, and end when it is back', async () => {
    const client = subscribe('subscription { pricesChanged { id rating } }');
    await listening(rig.shop.lists);
    await rig.shop.stop('reviews');
    rig.shop.lists.publish([
      { id: '1', price: 1 },
      { id: '2', price: 2 },
    ]);
    const [result] = await client.received(1);
    await rig.shop.start('reviews');
    expect(result?.data).toEqual({
      pricesChanged: [
        { id: '1', rating: null },
        { id: '2', rating: null },
      ],
    });
    expect(result?.errors).toMatchObject([
      { path: ['pricesChanged', 0], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
      { path: ['pricesChanged', 1], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
    const late = subscribe('subscription { pricesChanged { id rating } }');
    const [snapshot] = await late.received(1);
    expect(snapshot?.errors).toHaveLength(2);
    rig.shop.lists.publish([{ id: '2', price: 2 }]);
    await client.received(2);
    expect(client.results[1]).toEqual({ data: { pricesChanged: [{ id: '2', rating: 1 }] } });
  });

  it('null what encloses a missing non-null field', async () => {
    const client = subscribe('subscription { faulty { id stock } }');
    await listening(rig.shop.faults);
    rig.shop.faults.publish({ id: 'gone', price: 1 });
    const [result] = await client.received(1);
    expect(result?.data).toEqual({ faulty: null });
    expect(result?.errors).toHaveLength(1);
  });

  it('are passed on when an event has nothing else', async () => {
    const client = subscribe('subscription { faulty { id rating } }');
    await listening(rig.shop.faults);
    rig.shop.faults.publish({ id: '1', price: -1 });
    rig.shop.faults.publish({ id: '1', price: 1 });
    const results = await client.received(2);
    expect(results[0]).toMatchObject({
      data: { faulty: null },
      errors: [{ path: ['faulty'], extensions: { code: 'CONFLICT' } }],
    });
    expect(results[1]).toEqual({ data: { faulty: { id: '1', rating: 0.5 } } });
  });

  it.each([
    ['no GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['no field', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['two fields', 'subscription { noted { text } faulty { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a condition at the root',
      'subscription ($on: Boolean!) { noted @include(if: $on) { text } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['no variable', 'subscription ($i: [ID!]!) { priceChanged(ids: $i) { id } }', 'BAD_USER_INPUT'],
    [
      'no bottom',
      `subscription { offered { ... on Bundle { products { reviews { author { ${'__typename '.repeat(9_000)} } } } } } }`,
      'OPERATION_TOO_LARGE',
    ],
  ])('refuse a document with %s, with a code', async (_, query, code) => {
    const client = subscribe(query);
    await until(() => client.failure !== undefined);
    expect(client.failure).toMatchObject([{ message: expect.any(String), extensions: { code } }]);
  });
});
