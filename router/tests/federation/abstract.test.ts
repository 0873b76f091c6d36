import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { itAnswersLikeStock } from './differential';
import { type TestGraph, startGraph } from './kit';

interface Thing {
  __typename: string;
  id: string;
  name: string;
}

const CIRCLE = { __typename: 'Circle', id: '1', name: 'c', area: 3.5, radius: 1 };
const SQUARE = {
  __typename: 'Square',
  id: '2',
  name: 's',
  area: 4,
  side: 2,
  corners: [
    { x: 0, y: 0 },
    { x: 2, y: 2 },
  ],
};
const NOTE = { __typename: 'Note', name: 'n', text: null };

const byTypename = { __resolveType: ({ __typename }: Thing) => __typename };
const copy = <T>(value: T): T => structuredClone(value);

const shapes = {
  typeDefs: `
    type Query {
      grid: [[Shape]!]!
      cubes: [[[Cell!]!]!]!
      things: [Thing]!
      named: [Named!]!
      thing(id: ID!): Thing
    }
    union Thing = Circle | Square | Note
    interface Named { name: String! }
    interface Shape implements Named { name: String! area: Float! }
    type Circle implements Shape & Named @key(fields: "id") {
      id: ID! name: String! area: Float! radius: Float!
    }
    type Square implements Shape & Named @key(fields: "id") {
      id: ID! name: String! area: Float! side: Float! corners: [Cell!]!
    }
    type Note implements Named { name: String! text: String }
    type Cell @key(fields: "x y") { x: Int! y: Int! }
  `,
  resolvers: {
    Query: {
      grid: () => copy([[CIRCLE, null, SQUARE], [], [SQUARE]]),
      cubes: () => [
        [[{ x: 1, y: 1 }], []],
        [
          [
            { x: 2, y: 1 },
            { x: 1, y: 1 },
          ],
        ],
      ],
      things: () => copy([NOTE, CIRCLE, null, SQUARE, null]),
      named: () => copy([SQUARE, NOTE, CIRCLE]),
      thing: (_: unknown, { id }: Thing) =>
        copy(({ '1': CIRCLE, '2': SQUARE, '3': NOTE } as Record<string, object>)[id] ?? null),
    },
    Thing: byTypename,
    Named: byTypename,
    Shape: byTypename,
    Circle: { __resolveReference: () => copy(CIRCLE) },
    Square: { __resolveReference: () => copy(SQUARE) },
  },
};

const paint = {
  typeDefs: `
    type Query { painted: [Painted] }
    interface Painted { color: String }
    type Circle implements Painted @key(fields: "id") { id: ID! color: String twin: Painted }
    type Square implements Painted @key(fields: "id") { id: ID! color: String! }
    type Cell @key(fields: "x y") { x: Int! y: Int! depth: Int! near: [[Cell]] }
  `,
  resolvers: {
    Query: {
      painted: () => [
        null,
        { __typename: 'Square', id: '2', color: 'red' },
        { __typename: 'Circle', id: '1', color: null },
      ],
    },
    Painted: byTypename,
    Circle: {
      color: () => null,
      twin: () => ({ __typename: 'Square', id: '2', color: 'blue' }),
    },
    Square: { color: ({ color }: { color?: string }) => color ?? 'red' },
    Cell: {
      depth: ({ x, y }: { x: number; y: number }) => x * 10 + y,
      near: ({ x, y }: { x: number; y: number }) =>
        x > 2 ? null : [[{ x: x + 1, y }, null], null, []],
    },
  },
};

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ subgraphs: { shapes, paint } });
});
afterAll(() => graph.close());

it('joins each member of a union by its own key, gaps left where they are', async () => {
  const query = `{
    things {
      __typename
      ... on Circle { radius color twin { color } }
      ... on Square { paint: color side }
      ... on Note { text }
    }
  }`;
  expect(await graph.ask(query)).toEqual({
    data: {
      things: [
        { __typename: 'Note', text: null },
        { __typename: 'Circle', radius: 1, color: null, twin: { color: 'blue' } },
        null,
        { __typename: 'Square', paint: 'red', side: 2 },
        null,
      ],
    },
  });
});

it('joins through lists of lists', async () => {
  const query = `{
    grid { name ... on Square { color corners { depth } } }
    cubes { depth near { depth x } }
  }`;
  expect(await graph.ask(query)).toEqual({
    data: {
      grid: [
        [{ name: 'c' }, null, { name: 's', color: 'red', corners: [{ depth: 0 }, { depth: 22 }] }],
        [],
        [{ name: 's', color: 'red', corners: [{ depth: 0 }, { depth: 22 }] }],
      ],
      cubes: [
        [[{ depth: 11, near: [[{ depth: 21, x: 2 }, null], null, []] }], []],
        [
          [
            { depth: 21, near: [[{ depth: 31, x: 3 }, null], null, []] },
            { depth: 11, near: [[{ depth: 21, x: 2 }, null], null, []] },
          ],
        ],
      ],
    },
  });
});

it('applies fragments on interfaces to what implements them in any subgraph', async () => {
  const query = `
    { painted { color ...on Named { name } ...Sized } named { ...Sized ... on Painted { color } } }
    fragment Sized on Shape { area }
  `;
  expect(await graph.ask(query)).toEqual({
    data: {
      painted: [null, { color: 'red', name: 's', area: 4 }, { color: null, name: 'c', area: 3.5 }],
      named: [{ area: 4, color: 'red' }, {}, { area: 3.5, color: null }],
    },
  });
});

it('gives one response name to different fields of types that exclude each other', async () => {
  const query = `{
    named { ... on Circle { it: radius } ... on Square { it: side } ... on Note { text: name } }
  }`;
  expect(await graph.ask(query)).toEqual({
    data: { named: [{ it: 2 }, { text: 'n' }, { it: 1 }] },
  });
});

it('writes fields in the order in which the client asks for them', async () => {
  const query = `{
    thing(id: "2") { ... on Square { side color } __typename ... on Named { name side: __typename } }
  }`;
  expect(await graph.ask(query)).toMatchObject({ errors: [expect.anything()] });
  const { data } = await graph.ask(`{
    thing(id: "2") {
      ... on Square { side color }
      __typename
      ... on Named { name }
      ... on Square { corners { y x } side id }
    }
  }`);
  expect(JSON.stringify(data)).toBe(
    '{"thing":{"side":2,"color":"red","__typename":"Square","name":"s",' +
      '"corners":[{"y":0,"x":0},{"y":2,"x":2}],"id":"2"}}',
  );
});

itAnswersLikeStock(() => graph);
