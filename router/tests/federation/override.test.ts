import { composeServices } from '@apollo/composition';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { parse } from 'graphql';
import { buildSupergraph } from '../../supergraph/load';
import { itAnswersLikeStock } from './differential';
import { LINK, type TestGraph, startGraph } from './kit';

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

function composed(subgraphs: Readonly<Record<string, string>>): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: `http://127.0.0.1:1/${name}`,
      typeDefs: parse(`${LINK}\n${sdl}`),
    })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

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

describe('fields of which a share of requests has moved', () => {
  const FIELDS = ['a', 'b', 'c', 'd', 'e'];
  const field = (name: string, moved: string) => ({ [name]: () => moved });
  const fieldsOf = (moved: string) =>
    Object.assign({}, ...FIELDS.map((name) => field(name, moved))) as Record<string, () => string>;
  let moving: TestGraph;
  beforeAll(async () => {
    moving = await startGraph({
      subgraphs: {
        monolith: {
          typeDefs: `
            type Query { order: Order! other: String! }
            type Order @key(fields: "id") { id: ID! ${FIELDS.map((name) => `${name}: String!`).join(' ')} }
          `,
          resolvers: {
            Query: { order: () => ({ id: '1' }), other: () => 'other' },
            Order: fieldsOf('old'),
          },
        },
        orders: {
          typeDefs: `
            type Query { latest: Order! }
            type Order @key(fields: "id") { id: ID! ${FIELDS.map(
              (name, index) =>
                `${name}: String! @override(from: "monolith", label: "percent(${30 + 10 * index})")`,
            ).join(' ')} }
          `,
          resolvers: { Query: { latest: () => ({ id: '3' }) }, Order: fieldsOf('new') },
        },
      },
    });
  });
  afterAll(() => moving.close());

  const timesNew = async (query: string, name: string): Promise<number> => {
    let moved = 0;
    for (let turn = 0; turn < 200; turn += 1) {
      const { data } = await moving.ask(query);
      if ((data?.['order'] as Record<string, string>)[name] === 'new') moved += 1;
    }
    return moved;
  };

  it.each([
    ['a', 30],
    ['e', 70],
  ])('are asked where they are for about that share: %s', async (name, percent) => {
    const moved = await timesNew(`{ order { ${name} } }`, name);
    // Of 200 requests more than five standard deviations off is one in millions.
    expect(Math.abs(moved / 2 - percent)).toBeLessThan(17);
  });

  it('are drawn each by itself', async () => {
    const seen = new Set<string>();
    await until(async () => {
      const { data } = await moving.ask('{ order { a e } }');
      return seen.add(JSON.stringify(data)).size === 4;
    });
  });
});

it('a document depends on the overrides of fields that it selects, or that keys are made of', () => {
  const { overrides } = buildSupergraph(
    composed({
      a: `
        type Query { t: T! node: N! u: U! s: S! }
        interface N { id: ID! x: Int }
        type T implements N @key(fields: "id") { id: ID! x: Int y: Int }
        union U = T
        type S @key(fields: "id") @key(fields: "box { code }") { id: ID! box: Box @shareable v: Int }
        type Box { code: Int }
      `,
      b: `
        type T @key(fields: "id") {
          id: ID!
          x: Int @override(from: "a", label: "percent(1)")
          y: Int @override(from: "a", label: "percent(2)")
        }
        type S @key(fields: "id") @key(fields: "box { code }") { id: ID! box: Box @shareable }
        type Box { code: Int @override(from: "a", label: "percent(3)") }
      `,
    }),
    new Map(),
  );
  const reached = (query: string) =>
    overrides.reachedBy(parse(query)).map(({ percent }) => percent);
  expect(reached('{ __typename }')).toEqual([]);
  expect(reached('{ t { id } }')).toEqual([]);
  expect(reached('{ t { x } }')).toEqual([1]);
  expect(reached('{ node { x } }')).toEqual([1]);
  expect(reached('{ u { ...F } } fragment F on T { y }')).toEqual([2]);
  expect(reached('{ s { v } }')).toEqual([3]);
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
