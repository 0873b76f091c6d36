import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { itAnswersLikeStock } from './differential';
import { type TestGraph, startGraph } from './kit';

const monolith = {
  typeDefs: `
    type Query { orders: [Order!]! order(id: ID!): Order }
    type Order @key(fields: "id") {
      id: ID!
      moved: String!
      staying: String!
      arrived: String!
      buyer: Buyer!
    }
    type Buyer { name: String! }
  `,
  resolvers: {
    Query: {
      orders: () => [{ id: '1' }, { id: '2' }],
      order: (_: unknown, { id }: { id: string }) => ({ id }),
    },
    Order: {
      moved: () => 'monolith',
      staying: () => 'monolith',
      arrived: ({ id }: { id: string }) => `still in the monolith ${id}`,
      buyer: () => ({ name: 'Ann' }),
    },
  },
};

const orders = {
  typeDefs: `
    type Query { latest: Order! }
    type Order @key(fields: "id") {
      id: ID!
      moved: String! @override(from: "monolith")
      staying: String! @override(from: "monolith", label: "percent(0)")
      arrived: String! @override(from: "monolith", label: "percent(100)")
    }
  `,
  resolvers: {
    Query: { latest: () => ({ id: '3' }) },
    Order: {
      moved: ({ id }: { id: string }) => `orders ${id}`,
      staying: ({ id }: { id: string }) => `orders ${id}`,
      arrived: ({ id }: { id: string }) => `orders ${id}`,
    },
  },
};

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ subgraphs: { monolith, orders } });
});
afterAll(() => graph.close());

it('asks an overridden field of its new subgraph, as far as it has moved', async () => {
  expect(await graph.ask('{ orders { moved staying arrived buyer { name } } }')).toEqual({
    data: {
      orders: [
        { moved: 'orders 1', staying: 'monolith', arrived: 'orders 1', buyer: { name: 'Ann' } },
        { moved: 'orders 2', staying: 'monolith', arrived: 'orders 2', buyer: { name: 'Ann' } },
      ],
    },
  });
});

it('does so where the new subgraph is asked first', async () => {
  expect(await graph.ask('{ latest { staying arrived moved } }')).toEqual({
    data: { latest: { staying: 'monolith', arrived: 'orders 3', moved: 'orders 3' } },
  });
});

itAnswersLikeStock(
  () => graph,
  [
    {
      because: 'it never moves a field for a share of the requests',
      comparable: (text, whose) =>
        whose === 'stock' ? text.replaceAll('"still in the monolith ', '"orders ') : text,
    },
  ],
);
