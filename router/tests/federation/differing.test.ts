import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { itAnswersLikeStock } from './differential';
import { type TestGraph, startGraph } from './kit';

/** What both subgraphs make of an input shows what reached them. */
const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

const east = {
  typeDefs: `
    type Query {
      east(filter: Filter): String!
      rank(of: Level!): Int!
      weather: Weather!
      spots: [Spot]!
    }
    enum Weather { SUN RAIN }
    enum Level { LOW HIGH UTMOST }
    input Filter { min: Int = 1 max: Int tags: [String!] = ["x"] near: Near onlyEast: Boolean }
    input Near { x: Int! y: Int = 7 }
    type Spot @key(fields: "id") { id: ID! title: String! level: Float weather: Weather! extra(a: Int = 1): Int! @shareable }
    type Span @shareable { from: Int! to: Int }
    interface Ranged { span: Span! }
    type Walk implements Ranged @key(fields: "id") { id: ID! span: Span! @shareable }
    extend type Query { walks: [Ranged!]! }
  `,
  resolvers: {
    Query: {
      east: (_: unknown, { filter }: { filter: unknown }) => shown(filter),
      rank: (_: unknown, { of }: { of: string }) => ['LOW', 'HIGH'].indexOf(of),
      weather: () => 'SUN',
      spots: () => [SPOTS[0], null, SPOTS[1]],
      walks: () => [{ __typename: 'Walk', id: '1', span: { from: 1, to: null } }],
    },
    Ranged: { __resolveType: () => 'Walk' },
    Walk: { __resolveReference: ({ id }: { id: string }) => ({ id, span: { from: 1, to: null } }) },
    Spot: {
      __resolveReference: ({ id }: { id: string }) => SPOTS.find((spot) => spot.id === id),
      extra: (_: unknown, { a }: { a: number | null }) => a ?? -1,
    },
  },
};

const SPOTS = [
  { id: '1', title: 'Harbour', level: 1.5, weather: 'RAIN' },
  { id: '2', title: 'Hill', level: 2, weather: 'SUN' },
];

/** Has other values, other fields of inputs, other arguments and other nullability. */
const west = {
  typeDefs: `
    type Query {
      west(filter: Filter): String!
      climate: Weather
      walk: Walk
      open(level: Level): Boolean!
    }
    enum Weather { RAIN SNOW }
    enum Level { LOW HIGH }
    input Filter { min: Int = 1 tags: [String!] = ["x"] near: Near! }
    input Near { x: Int! y: Int = 7 z: Int }
    type Spot @key(fields: "id") { id: ID! wind: Weather extra(a: Int = 1, b: Int): Int @shareable }
    type Span @shareable { from: Int! to: Int! }
    type Walk @key(fields: "id") { id: ID! span: Span! @shareable length: Int! }
  `,
  resolvers: {
    Query: {
      west: (_: unknown, { filter }: { filter: unknown }) => shown(filter),
      climate: () => 'SNOW',
      walk: () => ({ id: '2', span: { from: 4, to: 9 } }),
      open: (_: unknown, { level }: { level?: string | null }) => level === 'HIGH',
    },
    Spot: {
      wind: ({ id }: { id: string }) => (id === '1' ? 'SNOW' : null),
      extra: (_: unknown, { a }: { a: number | null }) => a ?? -1,
    },
    Walk: { length: () => 5 },
  },
};

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ subgraphs: { east, west } });
});
afterAll(() => graph.close());

it('answers all values of an enum that only comes out', async () => {
  expect(await graph.ask('{ weather climate spots { weather wind } }')).toEqual({
    data: {
      weather: 'SUN',
      climate: 'SNOW',
      spots: [{ weather: 'RAIN', wind: 'SNOW' }, null, { weather: 'SUN', wind: null }],
    },
  });
});

it('takes of an enum and an input that only go in what all subgraphs know', async () => {
  expect(await graph.ask('{ rank(of: HIGH) open(level: LOW) }')).toEqual({
    data: { rank: 1, open: false },
  });
  for (const query of [
    '{ rank(of: UTMOST) }',
    '{ east(filter: { near: { x: 1 }, max: 2 }) }',
    '{ west(filter: { near: { x: 1, z: 2 } }) }',
    '{ spots { extra(b: 1) } }',
  ]) {
    const { data, errors } = await graph.ask(query);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  }
});

it('hands inputs on with their defaults, however they came', async () => {
  const query = `query ($filter: Filter, $x: Int!, $tags: [String!]) {
    east(filter: $filter)
    west(filter: { near: { x: $x }, tags: $tags })
    null: east(filter: null)
    none: east
  }`;
  const { data } = await graph.ask(query, {
    filter: { near: { x: 3, y: null }, tags: 'one' },
    x: 4,
  });
  const read = (text: unknown): unknown => JSON.parse(String(text));
  expect(read(data?.['east'])).toEqual({ min: 1, tags: ['one'], near: { x: 3, y: null } });
  expect(read(data?.['west'])).toEqual({ min: 1, tags: ['x'], near: { x: 4, y: 7 } });
  expect(data).toMatchObject({ null: 'null', none: 'nothing' });
});

it('takes a value type as nullable as its most lenient subgraph has it', async () => {
  expect(await graph.ask('{ walks { span { from to } } walk { span { to } length } }')).toEqual({
    data: {
      walks: [{ span: { from: 1, to: null } }],
      walk: { span: { to: 9 }, length: 5 },
    },
  });
});

itAnswersLikeStock(() => graph);
