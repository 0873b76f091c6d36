import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { itAnswersLikeStock, itKeepsAliasesApart } from './differential';
import { type TestGraph, startGraph } from './kit';

const products = {
  typeDefs: `
    type Query { products: [Product!]! product(id: ID!): Product offices: [Office!]! }
    type Product @key(fields: "id") @key(fields: "sku package") {
      id: ID!
      sku: String!
      package: String!
      name: String!
      office: Office!
    }
    type Office @key(fields: "place { country city }") { place: Place! rooms: Int! }
    type Place @shareable { country: String! city: String! }
  `,
  resolvers: {
    Query: {
      products: () => PRODUCTS,
      product: (_: unknown, { id }: { id: string }) => PRODUCTS.find((p) => p.id === id) ?? null,
      offices: () => OFFICES,
    },
    Product: {
      __resolveReference: (ref: Partial<Product>) =>
        PRODUCTS.find((p) => p.id === ref.id || (p.sku === ref.sku && p.package === ref.package)),
    },
    Office: {
      __resolveReference: ({ place }: { place: Place }) =>
        OFFICES.find((office) => office.place.city === place.city),
    },
  },
};

/** Knows products by number and package only. */
const stock = {
  typeDefs: `
    type Query { shelves: [Shelf!]! }
    type Shelf { code: String! holds: [Product]! }
    type Product @key(fields: "sku package") {
      sku: String!
      package: String!
      inStock(above: Int = 0): Boolean!
      count: Int
    }
  `,
  resolvers: {
    Query: {
      shelves: () => [
        { code: 'A', holds: [{ sku: 'lamp', package: 'small' }, null] },
        {
          code: 'B',
          holds: [
            { sku: 'lamp', package: 'big' },
            { sku: 'lamp', package: 'small' },
          ],
        },
      ],
    },
    Product: {
      inStock: ({ sku }: Product, { above }: { above: number | null }) =>
        (COUNTS[sku] ?? 0) > (above ?? 0),
      count: ({ sku }: Product) => COUNTS[sku] ?? null,
    },
  },
};

/** Knows products by id only. */
const reviews = {
  typeDefs: `
    type Query { best: Product! }
    type Product @key(fields: "id") { id: ID! stars: [Int!]! }
    type Office @key(fields: "place { city country }") { place: Place! rating: Float! }
    type Place @shareable { country: String! city: String! }
  `,
  resolvers: {
    Query: { best: () => ({ id: '3' }) },
    Product: { stars: ({ id }: { id: string }) => [Number(id), 5] },
    Office: {
      rating: ({ place }: { place: Place }) => place.city.length + place.country.length / 10,
    },
  },
};

interface Place {
  country: string;
  city: string;
}
interface Product {
  id: string;
  sku: string;
  package: string;
  name: string;
}

const OFFICES = [
  { place: { country: 'NL', city: 'Delft' }, rooms: 3 },
  { place: { country: 'FR', city: 'Nice' }, rooms: 4 },
];
const PRODUCTS = [
  { id: '1', sku: 'lamp', package: 'small', name: 'Lamp', office: OFFICES[0] },
  { id: '2', sku: 'lamp', package: 'big', name: 'Big lamp', office: OFFICES[1] },
  { id: '3', sku: 'chair', package: 'small', name: 'Chair', office: OFFICES[0] },
];
const COUNTS: Record<string, number> = { lamp: 2 };

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ subgraphs: { products, stock, reviews } });
});
afterAll(() => graph.close());

it('finds entities by keys of several fields', async () => {
  expect(await graph.ask('{ products { name count inStock(above: 1) } }')).toEqual({
    data: {
      products: [
        { name: 'Lamp', count: 2, inStock: true },
        { name: 'Big lamp', count: 2, inStock: true },
        { name: 'Chair', count: null, inStock: false },
      ],
    },
  });
});

it('goes from one key to another over the subgraph that knows both', async () => {
  expect(await graph.ask('{ shelves { code holds { stars } } best { count sku name } }')).toEqual({
    data: {
      shelves: [
        { code: 'A', holds: [{ stars: [1, 5] }, null] },
        { code: 'B', holds: [{ stars: [2, 5] }, { stars: [1, 5] }] },
      ],
      best: { count: null, sku: 'chair', name: 'Chair' },
    },
  });
});

it('finds entities by keys within keys', async () => {
  expect(await graph.ask('{ offices { rating rooms place { city } } }')).toEqual({
    data: {
      offices: [
        { rating: 5.2, rooms: 3, place: { city: 'Delft' } },
        { rating: 4.2, rooms: 4, place: { city: 'Nice' } },
      ],
    },
  });
});

it("keeps keys apart from a client's fields of the same names", async () => {
  const query = '{ product(id: "2") { id: name sku: package package: __typename stars count } }';
  expect(await graph.ask(query)).toEqual({
    data: { product: { id: 'Big lamp', sku: 'big', package: 'Product', stars: [2, 5], count: 2 } },
  });
});

itAnswersLikeStock(() => graph);
itKeepsAliasesApart(() => graph);
