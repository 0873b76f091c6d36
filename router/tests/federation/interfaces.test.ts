import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { itAnswersLikeStock, itKeepsAliasesApart } from './differential';
import { type TestGraph, startGraph } from './kit';

interface Medium {
  __typename: 'Book' | 'Film';
  id: string;
  title: string;
  pages?: number;
  minutes?: number;
}

const MEDIA: readonly Medium[] = [
  { __typename: 'Book', id: '1', title: 'Dune', pages: 412 },
  { __typename: 'Film', id: '2', title: 'Alien', minutes: 117 },
  { __typename: 'Book', id: '3', title: 'Emma', pages: 474 },
];
const medium = (id: string): Medium | null => {
  const found = MEDIA.find((each) => each.id === id);
  return found ? { ...found } : null;
};

const media = {
  typeDefs: `
    type Query { media: [Media!]! medium(id: ID!): Media films: [Film!]! }
    interface Media @key(fields: "id") { id: ID! title: String! }
    type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int! }
    type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int! }
  `,
  resolvers: {
    Query: {
      media: () => ['1', '2', '3'].map(medium),
      medium: (_: unknown, { id }: { id: string }) => medium(id),
      films: () => [medium('2')],
    },
    Media: {
      __resolveReference: ({ id }: Medium) => medium(id),
      __resolveType: ({ __typename }: Medium) => __typename,
    },
    Book: { __resolveReference: ({ id }: Medium) => medium(id) },
    Film: { __resolveReference: ({ id }: Medium) => medium(id) },
  },
};

/** Knows that there are media, but not of what kinds. */
const reviews = {
  typeDefs: `
    type Query { top: [Media!]! latest: Media }
    type Media @key(fields: "id") @interfaceObject {
      id: ID!
      stars(scale: Int = 5): Float!
      similar: [Media!]!
      critic: Critic
    }
    type Critic @key(fields: "id") { id: ID! likes: [Media] }
  `,
  resolvers: {
    Query: { top: () => [{ id: '3' }, { id: '2' }], latest: () => ({ id: '1' }) },
    Media: {
      stars: ({ id }: Medium, { scale }: { scale: number | null }) =>
        (Number(id) * (scale ?? 5)) / 10,
      similar: ({ id }: Medium) =>
        MEDIA.filter((each) => each.id !== id).map((each) => ({ id: each.id })),
      critic: ({ id }: Medium) => (id === '2' ? null : { id }),
    },
    Critic: { likes: ({ id }: { id: string }) => [{ id }, null, { id: '2' }] },
  },
};

/** Adds to one of the kinds alone. */
const shops = {
  typeDefs: `
    type Query { offers: [Priced!]! }
    interface Priced { price: Int! }
    type Book implements Priced @key(fields: "id") { id: ID! price: Int! }
    type Voucher implements Priced { price: Int! code: String! }
    type Critic @key(fields: "id") { id: ID! pseudonym: String! }
  `,
  resolvers: {
    Query: {
      offers: () => [
        { __typename: 'Book', id: '1' },
        { __typename: 'Voucher', price: 5, code: 'X5' },
        { __typename: 'Book', id: '3' },
      ],
    },
    Priced: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    Book: { price: ({ id }: Medium) => Number(id) * 100 },
    Critic: { pseudonym: ({ id }: { id: string }) => `Critic ${id}` },
  },
};

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ subgraphs: { media, reviews, shops } });
});
afterAll(() => graph.close());

it('learns what an object of an interface is from the subgraph that knows', async () => {
  expect(await graph.ask('{ top { __typename stars ... on Book { pages } } }')).toEqual({
    data: {
      top: [
        { __typename: 'Book', stars: 1.5, pages: 474 },
        { __typename: 'Film', stars: 1 },
      ],
    },
  });
});

it('adds fields to all implementations at once', async () => {
  expect(await graph.ask('{ media { title stars(scale: 10) } films { stars minutes } }')).toEqual({
    data: {
      media: [
        { title: 'Dune', stars: 1 },
        { title: 'Alien', stars: 2 },
        { title: 'Emma', stars: 3 },
      ],
      films: [{ stars: 1, minutes: 117 }],
    },
  });
});

it('goes from interface to interface', async () => {
  const query = `{ latest { similar { title similar { ... on Film { minutes } stars } } } }`;
  expect(await graph.ask(query)).toEqual({
    data: {
      latest: {
        similar: [
          { title: 'Alien', similar: [{ stars: 0.5 }, { stars: 1.5 }] },
          { title: 'Emma', similar: [{ stars: 0.5 }, { minutes: 117, stars: 1 }] },
        ],
      },
    },
  });
});

it('applies another interface to what another subgraph has to tell apart', async () => {
  expect(await graph.ask('{ top { ... on Priced { price } id } }')).toEqual({
    data: { top: [{ price: 300, id: '3' }, { id: '2' }] },
  });
});

it('keeps what an object is when a subgraph that does not know it adds to it', async () => {
  expect(await graph.ask('{ media { ... on Book { stars __typename } } }')).toEqual({
    data: {
      media: [{ stars: 0.5, __typename: 'Book' }, {}, { stars: 1.5, __typename: 'Book' }],
    },
  });
});

it('joins lists of an interface with gaps', async () => {
  expect(
    await graph.ask('{ top { critic { pseudonym likes { title ... on Book { price } } } } }'),
  ).toEqual({
    data: {
      top: [
        {
          critic: {
            pseudonym: 'Critic 3',
            likes: [{ title: 'Emma', price: 300 }, null, { title: 'Alien' }],
          },
        },
        { critic: null },
      ],
    },
  });
});

it('asks for entities only where an interface has them', async () => {
  const query =
    '{ offers { price __typename ... on Book { title stars } ... on Voucher { code } } }';
  expect(await graph.ask(query)).toEqual({
    data: {
      offers: [
        { price: 100, __typename: 'Book', title: 'Dune', stars: 0.5 },
        { price: 5, __typename: 'Voucher', code: 'X5' },
        { price: 300, __typename: 'Book', title: 'Emma', stars: 1.5 },
      ],
    },
  });
});

itAnswersLikeStock(
  () => graph,
  [
    {
      because: 'the planner fails on fragments on another interface below an interface object',
      isIn: (_, { errors }) => errors?.[0]?.message?.includes('We should have an edge') ?? false,
    },
    {
      because: 'it takes the name of an interface object for the type of an object',
      isIn: ({ query }) =>
        /__typename/.test(query) && /stars|similar|critic|top|latest/.test(query),
    },
  ],
);
itKeepsAliasesApart(() => graph);
