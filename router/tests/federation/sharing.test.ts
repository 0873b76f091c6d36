import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { itAnswersLikeStock } from './differential';
import { type TestGraph, startGraph } from './kit';

interface Book {
  id: string;
  title: string;
  author: { id: string; name: string };
}

const BOOKS: readonly Book[] = [
  { id: '1', title: 'Dune', author: { id: '1', name: 'Frank (as the library has it)' } },
  { id: '2', title: 'Emma', author: { id: '2', name: 'Jane (as the library has it)' } },
];

const library = {
  typeDefs: `
    type Query {
      books: [Book!]!
      lent: [Lent!]! @provides(fields: "... on Film { director }")
      fine: Money!
    }
    union Lent = Book | Film
    type Book @key(fields: "id") {
      id: ID!
      title: String!
      author: Author! @provides(fields: "name")
      editor: Author
      price: Money!
    }
    type Author @key(fields: "id") { id: ID! name: String! @external }
    type Film @key(fields: "id") { id: ID! director: String! @external }
    type Money @shareable { amount: Int! currency: String! }
  `,
  resolvers: {
    Query: {
      books: () => BOOKS,
      lent: () => [
        { __typename: 'Film', id: '1', director: 'Ridley (as the library has it)' },
        { __typename: 'Book', ...BOOKS[1] },
      ],
      fine: () => ({ amount: 2, currency: 'EUR' }),
    },
    Lent: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    Book: {
      __resolveReference: ({ id }: Book) => BOOKS.find((book) => book.id === id),
      editor: ({ author }: Book) => ({ id: author.id }),
      price: ({ id }: Book) => ({ amount: Number(id), currency: 'EUR' }),
    },
  },
};

const people = {
  typeDefs: `
    type Query { authors: [Author!]! }
    type Author @key(fields: "id") {
      id: ID!
      name: String! @shareable
      born: Int!
      earned: Money!
      home: Place
    }
    type Money @shareable { amount: Int! currency: String! }
    type Place @shareable { city: String! }
  `,
  resolvers: {
    Query: { authors: () => [{ id: '2' }] },
    Author: {
      name: ({ id }: { id: string }) => `Author ${id}`,
      born: ({ id }: { id: string }) => 1_900 + Number(id),
      earned: ({ id }: { id: string }) => ({ amount: 10 * Number(id), currency: 'USD' }),
      home: ({ id }: { id: string }) => (id === '1' ? null : { city: 'Bath' }),
    },
  },
};

const cinema = {
  typeDefs: `
    type Query { filmedIn: [Place!]! }
    type Film @key(fields: "id") { id: ID! director: String! @shareable minutes: Int! places: [Place!]! }
    type Place @shareable { city: String! }
  `,
  resolvers: {
    Query: { filmedIn: () => [{ city: 'Shepperton' }] },
    Film: {
      director: () => 'Ridley Scott',
      minutes: () => 117,
      places: () => [{ city: 'Shepperton' }, { city: 'London' }],
    },
  },
};

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ subgraphs: { library, people, cinema } });
});
afterAll(() => graph.close());

it('takes a provided field from where it is provided, and elsewhere from its owner', async () => {
  expect(await graph.ask('{ books { author { name born } editor { name } } }')).toEqual({
    data: {
      books: [
        {
          author: { name: 'Frank (as the library has it)', born: 1901 },
          editor: { name: 'Author 1' },
        },
        {
          author: { name: 'Jane (as the library has it)', born: 1902 },
          editor: { name: 'Author 2' },
        },
      ],
    },
  });
});

it('takes what is provided for one member of a union', async () => {
  const query = '{ lent { ... on Film { director minutes } ... on Book { title } } }';
  expect(await graph.ask(query)).toEqual({
    data: {
      lent: [{ director: 'Ridley (as the library has it)', minutes: 117 }, { title: 'Emma' }],
    },
  });
});

it('serves value types from every subgraph that has them', async () => {
  const query = `{
    fine { amount }
    filmedIn { city }
    authors { earned { amount currency } home { city } }
    books { price { currency amount } author { home { city } earned { amount } } }
  }`;
  expect(await graph.ask(query)).toEqual({
    data: {
      fine: { amount: 2 },
      filmedIn: [{ city: 'Shepperton' }],
      authors: [{ earned: { amount: 20, currency: 'USD' }, home: { city: 'Bath' } }],
      books: [
        {
          price: { currency: 'EUR', amount: 1 },
          author: { home: null, earned: { amount: 10 } },
        },
        {
          price: { currency: 'EUR', amount: 2 },
          author: { home: { city: 'Bath' }, earned: { amount: 20 } },
        },
      ],
    },
  });
});

it('shows nothing of an object of which everything is skipped', async () => {
  const query = `query ($all: Boolean!) {
    filmedIn { city @include(if: $all) }
    books { title author { name @include(if: $all) } price { amount currency } }
  }`;
  const shown = (await graph.ask(query, { all: false })).data;
  expect(shown).toEqual({
    filmedIn: [{}],
    books: [
      { title: 'Dune', author: {}, price: { amount: 1, currency: 'EUR' } },
      { title: 'Emma', author: {}, price: { amount: 2, currency: 'EUR' } },
    ],
  });
});

itAnswersLikeStock(() => graph);
