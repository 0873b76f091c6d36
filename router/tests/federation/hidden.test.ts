import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { itAnswersLikeStock } from './differential';
import { type TestGraph, startGraph } from './kit';

const items = {
  typeDefs: `
    type Query {
      items(state: State, cheat: Boolean = false @inaccessible): [Item!]!
      anything: [Anything]!
      named: [Named!]
      internal: Internal @inaccessible
    }
    enum State @tag(name: "public") { OPEN CLOSED SECRET @inaccessible }
    union Anything = Item | Internal
    interface Named { name: String! @tag(name: "public") }
    type Item implements Named @key(fields: "serial") {
      serial: ID! @inaccessible
      name: String!
      state: State
      states: [State]
      cost: Int @inaccessible
    }
    type Internal implements Named @inaccessible { name: String! secret: String }
    input Filter { text: String debug: Boolean @inaccessible }
  `,
  resolvers: {
    Query: {
      items: (_: unknown, { state, cheat }: { state?: string; cheat?: boolean }) =>
        cheat ? [] : ITEMS.filter((item) => !state || item.state === state),
      anything: () => [
        { __typename: 'Item', ...ITEMS[0] },
        { __typename: 'Internal', name: 'x' },
      ],
      named: () => [{ __typename: 'Item', ...ITEMS[1] }],
      internal: () => ({ name: 'x', secret: 'y' }),
    },
    Anything: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    Named: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
  },
};

const ITEMS = [
  { serial: '1', name: 'Lamp', state: 'OPEN', states: ['OPEN', 'CLOSED', null], cost: 3 },
  { serial: '2', name: 'Chair', state: 'SECRET', states: ['SECRET', 'OPEN'], cost: 4 },
];

/** Joined by a key that clients do not see, and computing from fields that they do not see. */
const prices = {
  typeDefs: `
    type Query { find(filter: Filter): [Item!]! }
    type Item @key(fields: "serial") {
      serial: ID!
      cost: Int @external
      price: Int @requires(fields: "cost")
    }
    input Filter { text: String debug: Boolean }
  `,
  resolvers: {
    Query: {
      find: (_: unknown, { filter }: { filter?: { text?: string | null } | null }) =>
        filter?.text === 'a' ? [{ serial: '1' }] : [{ serial: '1' }, { serial: '2' }],
    },
    Item: { price: ({ cost }: { cost: number }) => cost * 2 },
  },
};

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({
    subgraphs: {
      items: {
        ...items,
        resolvers: {
          ...items.resolvers,
          Item: {
            __resolveReference: ({ serial }: { serial: string }) =>
              ITEMS.find((item) => item.serial === serial),
          },
        },
      },
      prices,
    },
  });
});
afterAll(() => graph.close());

it('joins by keys and from fields that clients do not see', async () => {
  expect(await graph.ask('{ items { name price } find(filter: { text: "a" }) { name } }')).toEqual({
    data: {
      items: [
        { name: 'Lamp', price: 6 },
        { name: 'Chair', price: 8 },
      ],
      find: [{ name: 'Lamp' }],
    },
  });
});

it.each([
  ['a field', '{ items { cost } }'],
  ['a key', '{ items { serial } }'],
  ['a root field', '{ internal { name } }'],
  ['a type', '{ anything { ... on Internal { secret } } }'],
  ['an enum value', '{ items(state: SECRET) { name } }'],
  ['an argument', '{ items(cheat: true) { name } }'],
  ['a field of an input', '{ find(filter: { debug: true }) { name } }'],
])('refuses a client that names %s that is hidden', async (_, query) => {
  const { data, errors } = await graph.ask(query);
  expect(data).toBeUndefined();
  expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  expect(JSON.stringify(errors)).not.toContain('Did you mean');
});

it('refuses a hidden enum value in a variable', async () => {
  const query = 'query ($state: State) { items(state: $state) { name } }';
  const { data, errors } = await graph.ask(query, { state: 'SECRET' });
  expect(data).toBeUndefined();
  expect(errors).toHaveLength(1);
});

it('shows nothing hidden to introspection', async () => {
  const query = `{
    __schema { types { name fields { name args { name } } inputFields { name } enumValues { name } } }
  }`;
  const { data } = await graph.ask(query);
  expect(JSON.stringify(data)).toContain('"OPEN"');
  expect(JSON.stringify(data)).not.toMatch(
    /"(SECRET|Internal|serial|cost|cheat|debug|internal|_entities|_Service|join__\w+|tag)"/,
  );
});

it('leaves out hidden values and objects that subgraphs answer', async () => {
  const { data, errors } = await graph.ask(
    '{ items { state states } anything { __typename ... on Item { name } } }',
  );
  expect(data).toEqual({
    items: [
      { state: 'OPEN', states: ['OPEN', 'CLOSED', null] },
      { state: null, states: [null, 'OPEN'] },
    ],
    anything: [{ __typename: 'Item', name: 'Lamp' }, null],
  });
  expect(errors?.map(({ path }) => path)).toEqual([
    ['items', 1, 'state'],
    ['items', 1, 'states', 0],
    ['anything', 1],
  ]);
  expect(JSON.stringify(errors)).not.toMatch(/SECRET|Internal/);
});

itAnswersLikeStock(() => graph);
