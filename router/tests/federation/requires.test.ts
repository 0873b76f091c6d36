import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { itAnswersLikeStock, itKeepsAliasesApart } from './differential';
import { type TestGraph, startGraph } from './kit';

interface Parcel {
  id: string;
  grams: number;
  size: { width: number; height: number };
  owner: { id: string } | null;
}

const PARCELS: readonly Parcel[] = [
  { id: '1', grams: 1_500, size: { width: 2, height: 3 }, owner: { id: '1' } },
  { id: '2', grams: 250, size: { width: 4, height: 5 }, owner: null },
];
const PER_UNIT: Record<string, number> = { g: 1, kg: 1_000, oz: 25 };

const parcels = {
  typeDefs: `
    type Query { parcels: [Parcel!]! parcel(id: ID!): Parcel }
    type Parcel @key(fields: "id") {
      id: ID!
      weight(unit: String = "kg"): Float!
      size: Size!
      items(first: Int = 5): [Item!]!
      owner: Owner
    }
    type Size { width: Int! height: Int! }
    type Item @key(fields: "id") { id: ID! grams: Int! label: String }
    type Owner @key(fields: "id") { id: ID! zip: String! }
  `,
  resolvers: {
    Query: {
      parcels: () => PARCELS,
      parcel: (_: unknown, { id }: Parcel) => PARCELS.find((each) => each.id === id) ?? null,
    },
    Parcel: {
      __resolveReference: ({ id }: Parcel) => PARCELS.find((each) => each.id === id),
      weight: ({ grams }: Parcel, { unit }: { unit: string | null }) =>
        grams / (PER_UNIT[unit ?? 'kg'] ?? 1_000),
      items: ({ id }: Parcel, { first }: { first: number | null }) =>
        [1, 2, 3].map((n) => ({ id: String(n), grams: n * Number(id) })).slice(0, first ?? 5),
    },
    Item: { label: ({ id }: { id: string }) => (id === '2' ? null : `item ${id}`) },
    Owner: { zip: () => '2611' },
  },
};

const shipping = {
  typeDefs: `
    type Query { nextParcel: Parcel! }
    type Parcel @key(fields: "id") {
      id: ID!
      weight(unit: String = "kg"): Float! @external
      size: Size! @external
      items(first: Int = 5): [Item!]! @external
      owner: Owner @external
      fee(factor: Int = 2): Float @requires(fields: "weight(unit: \\"g\\")")
      area: Int! @requires(fields: "size { width height }")
      contents: [Int!] @requires(fields: "items(first: 2) { grams label }")
      zone: String @requires(fields: "owner { zip }")
    }
    type Size { width: Int! @external height: Int! @external }
    type Item @key(fields: "id") { id: ID! grams: Int! @external label: String @external }
    type Owner @key(fields: "id") { id: ID! zip: String! @external }
  `,
  resolvers: {
    Query: { nextParcel: () => ({ id: '2' }) },
    Parcel: {
      fee: ({ weight }: { weight: number }, { factor }: { factor: number | null }) =>
        weight * (factor ?? 0),
      area: ({ size }: Parcel) => size.width * size.height,
      contents: ({ items }: { items: { grams: number; label: string | null }[] }) =>
        items.map(({ grams, label }) => grams + (label?.length ?? 0)),
      zone: ({ owner }: { owner: { zip: string } | null }) => owner && `zone ${owner.zip[0]}`,
    },
  },
};

/** Requires what is itself computed from something required. */
const billing = {
  typeDefs: `
    type Parcel @key(fields: "id") {
      id: ID!
      fee(factor: Int = 2): Float @external
      area: Int! @external
      invoice: String! @requires(fields: "fee(factor: 3) area")
    }
  `,
  resolvers: {
    Parcel: {
      invoice: ({ fee, area }: { fee: number; area: number }) => `${fee} for ${area}`,
    },
  },
};

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ subgraphs: { parcels, shipping, billing } });
});
afterAll(() => graph.close());

it('brings a field what it requires, nested selections and nulls included', async () => {
  expect(await graph.ask('{ parcels { id area zone contents } }')).toEqual({
    data: {
      parcels: [
        // "item 1" has 6 letters and weighs 1 × id; item 2 has no label.
        { id: '1', area: 6, zone: 'zone 2', contents: [7, 2] },
        { id: '2', area: 20, zone: null, contents: [8, 4] },
      ],
    },
  });
});

it("keeps the argument of a required field apart from the client's argument", async () => {
  const query = `query ($unit: String!) {
    parcel(id: "1") { weight(unit: $unit) fee kilos: weight items(first: 1) { grams } contents }
  }`;
  expect(await graph.ask(query, { unit: 'oz' })).toEqual({
    data: {
      parcel: { weight: 60, fee: 3_000, kilos: 1.5, items: [{ grams: 1 }], contents: [7, 2] },
    },
  });
});

it('requires what requires', async () => {
  expect(await graph.ask('{ parcel(id: "2") { invoice fee(factor: 1) } }')).toEqual({
    data: { parcel: { invoice: '750 for 20', fee: 250 } },
  });
});

// The planner asks shipping for the area at once, before it has the size that this requires.
it.failing(
  'requires what requires also where the subgraph in the middle is asked first',
  async () => {
    expect(await graph.ask('{ nextParcel { invoice } }')).toEqual({
      data: { nextParcel: { invoice: '750 for 20' } },
    });
  },
);

it('requires the same for several places of one entity', async () => {
  const query =
    '{ a: parcel(id: "2") { fee } b: parcel(id: "2") { fee(factor: 0) weight(unit: "g") } }';
  expect(await graph.ask(query)).toEqual({ data: { a: { fee: 500 }, b: { fee: 0, weight: 250 } } });
});

it('asks for nothing that a skipped field would have required', async () => {
  const query = 'query ($no: Boolean!) { parcels { fee @skip(if: $no) area @include(if: $no) } }';
  expect(await graph.ask(query, { no: true })).toEqual({
    data: { parcels: [{ area: 6 }, { area: 20 }] },
  });
});

const mentions = (query: string, ...fields: string[]): boolean =>
  fields.every((field) => new RegExp(`\\b${field}\\b`).test(query));

itAnswersLikeStock(
  () => graph,
  [
    {
      because: 'it takes the arguments of the client for those within @requires',
      isIn: ({ query }) =>
        mentions(query, 'fee', 'weight') ||
        mentions(query, 'fee', 'invoice') ||
        mentions(query, 'weight', 'invoice') ||
        mentions(query, 'contents', 'items'),
    },
    {
      because: 'the planner does not wait for what is required by something required',
      isIn: ({ query }) => mentions(query, 'nextParcel', 'invoice'),
    },
  ],
);
itKeepsAliasesApart(() => graph);
