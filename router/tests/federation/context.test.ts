import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { itAnswersLikeStock } from './differential';
import { type TestGraph, startGraph } from './kit';

interface Customer {
  id: string;
  currency: string;
  level: number;
}

const CUSTOMERS: readonly Customer[] = [
  { id: '1', currency: 'EUR', level: 1 },
  { id: '2', currency: 'USD', level: 3 },
];

const customers = {
  typeDefs: `
    type Query { customers: [Customer!]! guest: Guest! }
    type Customer @key(fields: "id") { id: ID! currency: String! level: Int! }
    type Guest @key(fields: "id") { id: ID! currency: String! }
  `,
  resolvers: {
    Query: {
      customers: () => CUSTOMERS,
      guest: () => ({ id: '9', currency: 'GBP' }),
    },
    Customer: {
      __resolveReference: ({ id }: Customer) => CUSTOMERS.find((each) => each.id === id),
    },
    Guest: { __resolveReference: ({ id }: Customer) => ({ id, currency: 'GBP' }) },
  },
};

const carts = {
  typeDefs: `
    type Customer @key(fields: "id") @context(name: "buyer") {
      id: ID!
      currency: String! @external
      lines: [Line!]!
      gift: Line
    }
    type Guest @key(fields: "id") @context(name: "buyer") {
      id: ID!
      currency: String! @external
      lines: [Line!]!
    }
    type Line @key(fields: "id") {
      id: ID!
      name: String!
      price(
        times: Int = 1
        in: String @fromContext(field: "$buyer { currency }")
      ): String!
      inner: [Line]
    }
  `,
  resolvers: {
    Customer: {
      lines: ({ id }: Customer) => [{ id: '1' }, { id: id === '1' ? '2' : '3' }],
      gift: ({ id }: Customer) => (id === '1' ? null : { id: '4' }),
    },
    Guest: { lines: () => [{ id: '1' }] },
    Line: {
      name: ({ id }: Customer) => `line ${id}`,
      price: ({ id }: Customer, args: { times: number | null; in: string | null }) =>
        `${Number(id) * (args.times ?? 1)} ${args.in}`,
      inner: ({ id }: Customer) => (id === '1' ? [{ id: '4' }, null] : null),
    },
  },
};

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ subgraphs: { customers, carts } });
});
afterAll(() => graph.close());

it('hands a field what it takes from the objects above it', async () => {
  expect(await graph.ask('{ customers { lines { price } } guest { lines { price } } }')).toEqual({
    data: {
      customers: [
        { lines: [{ price: '1 EUR' }, { price: '2 EUR' }] },
        { lines: [{ price: '1 USD' }, { price: '3 USD' }] },
      ],
      guest: { lines: [{ price: '1 GBP' }] },
    },
  });
});

it("does so beside the client's own arguments and aliases, and through lists with gaps", async () => {
  const query = `query ($times: Int) {
    customers { currency: id gift { twice: price(times: 2) price(times: $times) }
      lines { inner { price } } }
  }`;
  expect(await graph.ask(query, { times: 3 })).toEqual({
    data: {
      customers: [
        {
          currency: '1',
          gift: null,
          lines: [{ inner: [{ price: '4 EUR' }, null] }, { inner: null }],
        },
        {
          currency: '2',
          gift: { twice: '8 USD', price: '12 USD' },
          lines: [{ inner: [{ price: '4 USD' }, null] }, { inner: null }],
        },
      ],
    },
  });
});

it('keeps from clients the argument that they cannot give', async () => {
  const { data, errors } = await graph.ask('{ customers { lines { price(in: "EUR") } } }');
  expect(data).toBeUndefined();
  expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
});

itAnswersLikeStock(
  () => graph,
  [
    {
      because: 'it hands no field its context',
      comparable: (text) =>
        text.replaceAll(/"(-?\w+) (EUR|USD|GBP|undefined)"/g, '"$1 in something"'),
    },
  ],
);
