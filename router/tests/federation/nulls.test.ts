import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { itAnswersLikeStock } from './differential';
import { type TestGraph, startGraph } from './kit';

const fail = (message: string): never => {
  throw new GraphQLError(message, { extensions: { code: 'CONFLICT' } });
};

interface Box {
  id: string;
}

const boxes = {
  typeDefs: `
    type Query {
      boxes: [Box]!
      strict: [Box!]
      rows: [[Box!]]
      box(id: ID!): Box
      broken: Int
      brokenList: [Int]
      brokenItems: [Int]
      brokenStrictItems: [Int!]
      brokenSure: Int!
    }
    extend type Query { sure(id: ID = "1"): Box! }
    type Box @key(fields: "id") {
      id: ID!
      label: String
      sturdy: String!
      inner: Box
      firm: Box!
      all: [Box!]!
    }
  `,
  resolvers: {
    Query: {
      boxes: () => [{ id: '1' }, { id: '2' }, null, { id: '3' }, { id: '4' }],
      strict: () => [{ id: '1' }, { id: '3' }],
      rows: () => [[{ id: '1' }, { id: '4' }], null, [{ id: '1' }]],
      box: (_: unknown, { id }: Box) => (id === '9' ? null : { id }),
      sure: (_: unknown, { id }: Box) => ({ id: id ?? '1' }),
      broken: () => fail('broken'),
      brokenList: () => fail('no list'),
      brokenItems: () => [1, new GraphQLError('item', { extensions: { code: 'CONFLICT' } }), 3],
      brokenStrictItems: () => [1, null],
      brokenSure: () => fail('not sure'),
    },
    Box: {
      label: ({ id }: Box) => (id === '2' ? fail('no label') : `box ${id}`),
      sturdy: ({ id }: Box) => (id === '4' ? fail('not sturdy') : 'yes'),
      inner: ({ id }: Box) => (Number(id) > 1 ? { id: String(Number(id) - 1) } : null),
      firm: ({ id }: Box) => ({ id: id === '1' ? '4' : '1' }),
      all: () => [{ id: '1' }, { id: '2' }],
    },
  },
};

/** Has no box 3, and of box 2 no weight. */
const scales = {
  typeDefs: `
    type Query { heaviest: Box }
    type Box @key(fields: "id") {
      id: ID!
      weight: Int!
      note: String
      tags: [Tag]
      must: [Tag!]
      top: Tag!
    }
    type Tag { text: String! soft: String }
  `,
  resolvers: {
    Query: { heaviest: () => ({ id: '1' }) },
    Box: {
      __resolveReference: async ({ id }: Box) => {
        if (id === '4') fail('the scales are away');
        return id === '3' ? null : { id };
      },
      weight: ({ id }: Box) => (id === '2' ? fail('too heavy') : Number(id) * 10),
      note: ({ id }: Box) => (id === '1' ? fail('no note') : `note ${id}`),
      tags: () => [{ text: 'a' }, { text: null, soft: 'x' }, null],
      must: ({ id }: Box) => (id === '1' ? [{ text: 'a' }] : [{ text: 'b' }, { text: null }]),
      top: ({ id }: Box) => ({ text: id, soft: null }),
    },
  },
};

/** Fails for all entities at once, as its function throws before it is asked to wait. */
const seals = {
  typeDefs: `type Box @key(fields: "id") { id: ID! seal: String }`,
  resolvers: { Box: { __resolveReference: () => fail('no seals') } },
};

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ subgraphs: { boxes, scales, seals } });
});
afterAll(() => graph.close());

const pathsOf = ({ errors = [] }: { errors?: { path?: unknown[] }[] }): unknown[] =>
  errors.map(({ path }) => path);

it('says of each hole why it is there, whatever else has failed', async () => {
  const { data, errors = [] } = await graph.ask('{ broken box(id: "3") { weight } }');
  expect(data).toEqual({ broken: null, box: null });
  const told = errors.map(({ path, extensions }) => [path, extensions?.['code']]);
  expect(told).toEqual([
    [['broken'], 'CONFLICT'],
    [['box', 'weight'], 'INTERNAL'],
  ]);
});

it('says nothing of what a subgraph left out because something beside it failed', async () => {
  const root = await graph.ask('{ sure { id } brokenSure }');
  expect(root.data).toBeNull();
  expect(pathsOf(root)).toEqual([['brokenSure']]);
  const entity = await graph.ask('{ box(id: "2") { top { text } weight } }');
  expect(entity.data).toEqual({ box: null });
  expect(pathsOf(entity)).toEqual([['box', 'weight']]);
});

it('leaves a gap for what failed, and says where and why', async () => {
  const body = await graph.ask(
    '{ broken brokenList brokenItems brokenStrictItems box(id: "2") { label id } }',
  );
  expect(body.data).toEqual({
    broken: null,
    brokenList: null,
    brokenItems: [1, null, 3],
    brokenStrictItems: null,
    box: { label: null, id: '2' },
  });
  expect(pathsOf(body)).toEqual(
    expect.arrayContaining([
      ['broken'],
      ['brokenList'],
      ['brokenItems', 1],
      ['brokenStrictItems', 1],
      ['box', 'label'],
    ]),
  );
  expect(body.errors).toHaveLength(5);
  expect(body.errors?.find(({ path }) => path?.[0] === 'broken')).toMatchObject({
    message: 'broken',
    extensions: { code: 'CONFLICT' },
  });
});

it('gives the entities that a subgraph has, and the places of those that it has not', async () => {
  const body = await graph.ask('{ boxes { id note } }');
  expect(body.data).toEqual({
    boxes: [
      { id: '1', note: null },
      { id: '2', note: 'note 2' },
      null,
      { id: '3', note: null },
      { id: '4', note: null },
    ],
  });
  expect(pathsOf(body).sort()).toEqual([
    ['boxes', 0, 'note'],
    ['boxes', 4],
  ]);
});

it('drops an object whose required field is missing, and no more than that', async () => {
  const body = await graph.ask('{ boxes { id weight } }');
  expect(body.data).toEqual({ boxes: [{ id: '1', weight: 10 }, null, null, null, null] });
  expect(pathsOf(body)).toEqual(
    expect.arrayContaining([
      ['boxes', 1, 'weight'],
      ['boxes', 4],
    ]),
  );
});

it('drops a list whose items may not be missing', async () => {
  const { data, errors } = await graph.ask('{ strict { weight } rows { weight } }');
  expect(data).toEqual({ strict: null, rows: [null, null, [{ weight: 10 }]] });
  expect(errors?.map(({ path }) => path)).toContainEqual(['rows', 0, 1]);
});

it('says of a hole that no subgraph explained where it is', async () => {
  const { data, errors } = await graph.ask('{ strict { id weight } }');
  expect(data).toEqual({ strict: null });
  expect(errors).toMatchObject([
    { path: ['strict', 1, 'weight'], extensions: { code: 'INTERNAL' } },
  ]);
});

it('goes up to the nearest field that may be null, through several subgraphs', async () => {
  const nested = await graph.ask(
    '{ box(id: "3") { id inner { firm { id inner { id } firm { weight } } } } }',
  );
  expect(nested.data).toEqual({ box: { id: '3', inner: null } });
  const root = await graph.ask('{ sure { firm { weight } } heaviest { id } }');
  expect(root.data).toBeNull();
  expect(pathsOf(root)).toEqual([['sure', 'firm']]);
});

it('reports the failure of a whole list of entities at each of them', async () => {
  const body = await graph.ask('{ boxes { seal } }');
  expect(body.data).toEqual({
    boxes: [{ seal: null }, { seal: null }, null, { seal: null }, { seal: null }],
  });
  expect(pathsOf(body).sort()).toEqual([0, 1, 3, 4].map((index) => ['boxes', index]));
});

it('reports the failure of an entity at each of its places', async () => {
  const body = await graph.ask('{ a: box(id: "4") { note } b: box(id: "4") { note } }');
  expect(body.data).toEqual({ a: { note: null }, b: { note: null } });
  expect(pathsOf(body)).toEqual(expect.arrayContaining([['a'], ['b']]));
});

it('keeps gaps within what a subgraph sends for an entity', async () => {
  const body = await graph.ask('{ heaviest { tags { text } must { text } top { soft text } } }');
  expect(body.data).toEqual({
    heaviest: {
      tags: [{ text: 'a' }, null, null],
      must: [{ text: 'a' }],
      top: { soft: null, text: '1' },
    },
  });
  expect(pathsOf(body)).toEqual([['heaviest', 'tags', 1, 'text']]);
});

itAnswersLikeStock(
  () => graph,
  [
    {
      because: 'it puts the failure of all entities at a place that no client knows',
      isIn: (_, { errors }) => errors?.some(({ path }) => path?.includes('_entities')) ?? false,
    },
  ],
);
