import { composeServices } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { type OperationDefinitionNode, getOperationAST, parse, validate } from 'graphql';
import { CostModel } from '../../guard/cost';
import { coerceVariables } from '../../plan/variables';
import { type LoadedSupergraph, buildSupergraph } from '../../supergraph/load';

const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@cost", "@listSize"]
)`;

function compose(...subgraphs: string[]): LoadedSupergraph {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map((sdl, index) => ({
      name: `s${index}`,
      url: 'http://127.0.0.1:1/graphql',
      typeDefs: parse(sdl),
    })),
  );
  if (!supergraphSdl) throw new Error(errors?.join('\n'));
  return buildSupergraph(supergraphSdl, new Map());
}

/** What an operation costs on that schema, whose lists are 100 long unless they say otherwise. */
const pricesOn = (...subgraphs: string[]) => {
  const { supergraph, apiSchema } = compose(...subgraphs);
  const model = new CostModel(supergraph.schema, 100);
  return (query: string, variables: Record<string, unknown> = {}): number => {
    const document = parse(query);
    const operation = getOperationAST(document);
    if (!operation) throw new Error('no operation');
    expect(validate(apiSchema, document)).toEqual([]);
    const coerced = coerceVariables(apiSchema, operation.variableDefinitions ?? [], variables);
    return model.costOf(document, operation)(coerced);
  };
};

/** https://www.apollographql.com/docs/graphos/routing/security/demand-control, with what each costs there. */
describe("the documentation's books", () => {
  const books = (address: string): string => `${LINK}
    type Query {
      book(id: ID): Book
      bestsellers: [Book] @listSize(assumedSize: 5)
      newestAdditions(after: ID, limit: Int!): [Book] @listSize(slicingArguments: ["limit"])
    }
    type Book { title: String author: Author publisher: Publisher }
    type Author { name: String }
    type Publisher { name: String address: Address }
    type Address ${address} { zipCode: Int! }`;
  const details = '{ title author { name } publisher { name address { zipCode } } }';
  const cost = pricesOn(books('@cost(weight: 5)'));

  it.each([
    ['4 where every object costs 1', books(''), `book(id: 1) ${details}`, 4],
    ['8 where addresses cost 5', books('@cost(weight: 5)'), `book(id: 1) ${details}`, 8],
  ])('cost %s', (_, schema, field, expected) => {
    expect(pricesOn(schema)(`{ ${field} }`)).toBe(expected);
  });

  it('cost as often as the list is assumed to be long', () => {
    expect(cost(`{ bestsellers ${details} }`)).toBe(40);
  });

  it('cost as often as they are asked for', () => {
    expect(cost(`{ newestAdditions(limit: 3) ${details} }`)).toBe(24);
    const byVariable = `query ($n: Int!) { newestAdditions(limit: $n) ${details} }`;
    expect(cost(byVariable, { n: 7 })).toBe(56);
    expect(cost(byVariable, { n: -7 })).toBe(0);
  });
});

/** Schemas and numbers as in the tests of Apollo Router's own estimate, which are public. */
describe('the estimate agrees with Apollo Router', () => {
  const basic = pricesOn(`
    type Query {
      getScalar(id: ID): String
      getScalarByObject(args: OuterInput): String
      getObjectsByObject(args: OuterInput): [SecondObjectType]
      object1: FirstObjectType
      interfaceInstance1: MyInterface
      someUnion: UnionOfObjectTypes
      someObjects: [FirstObjectType]
      intList: [Int]
    }
    type Mutation { doSomething: Int }
    type Subscription { happened: FirstObjectType }
    type FirstObjectType { field1: Int innerList: [SecondObjectType] }
    interface MyInterface { field2: String }
    type SecondObjectType implements MyInterface { field1: Int field2: String }
    union UnionOfObjectTypes = FirstObjectType | SecondObjectType
    input InnerInput { id: ID }
    input OuterInput { inner: InnerInput inner2: InnerInput listOfInner: [InnerInput!] }`);
  const input = '{ inner: { id: 1 }, listOfInner: [{ id: 2 }, { id: 3 }] }';

  it.each([
    ['a scalar', '{ getScalar(id: 1) }', 0],
    ['a mutation', 'mutation { doSomething }', 10],
    ['an object', '{ object1 { field1 } }', 1],
    ['an event', 'subscription { happened { field1 } }', 1],
    ['an interface', '{ interfaceInstance1 { field2 } }', 1],
    ['a union', '{ someUnion { __typename } }', 1],
    ['a list of unknown length', '{ someObjects { field1 } }', 100],
    ['a list of scalars', '{ intList }', 0],
    ['lists in lists', '{ someObjects { innerList { field2 } } }', 10_100],
    ['input objects', `{ getScalarByObject(args: ${input}) }`, 4],
    ['input objects and what they find', `{ getObjectsByObject(args: ${input}) { field1 } }`, 104],
    ['what is skipped', '{ object1 @skip(if: true) { field1 } }', 0],
    ['what is not included', '{ object1 @include(if: false) { field1 } }', 0],
    [
      'fragments that narrow and widen types',
      `fragment narrow on SecondObjectType { field1 }
       fragment widen on MyInterface { field2 }
       { interfaceInstance1 { field2 ...narrow }
         someUnion { ...narrow ... on FirstObjectType { innerList { ...widen } } } }`,
      102,
    ],
  ])('about %s', (_, query, expected) => {
    expect(basic(query)).toBe(expected);
  });

  const custom = pricesOn(
    `${LINK}
    type Query {
      fieldWithCost: Int @cost(weight: 5)
      argWithCost(arg: Int @cost(weight: 10)): Int
      enumWithCost: AorB
      inputWithCost(someInput: InputTypeWithCost): Int
      scalarWithCost: ExpensiveInt
      objectWithCost: ExpensiveObject
    }
    enum AorB @cost(weight: 15) { A B }
    scalar ExpensiveInt @cost(weight: 30)
    type ExpensiveObject @cost(weight: 40) { id: ID }
    input InputTypeWithCost { somethingWithCost: Int @cost(weight: 20) }`,
    `${LINK}
    type Query {
      fieldWithListSize: [String!] @listSize(assumedSize: 2000, requireOneSlicingArgument: false)
      fieldWithDynamicListSize(first: Int = 10): SizedField
        @listSize(slicingArguments: ["first"], sizedFields: ["items"])
    }
    type SizedField { items: [A] }
    type A { id: ID }`,
  );
  const fields = `fieldWithCost argWithCost(arg: 3) enumWithCost scalarWithCost
    objectWithCost { id } fieldWithListSize`;
  const items = 'fragment Items on SizedField { items { id } }';

  it('about weights and lengths that the schema sets', () => {
    const byDefault = `${items} { ${fields}
      inputWithCost(someInput: { somethingWithCost: 10 })
      fieldWithDynamicListSize { ...Items } }`;
    expect(custom(byDefault)).toBe(132);
    const byVariable = `${items} query ($input: InputTypeWithCost, $first: Int) { ${fields}
      inputWithCost(someInput: $input)
      fieldWithDynamicListSize(first: $first) { ...Items } }`;
    expect(custom(byVariable, { input: { somethingWithCost: 10 }, first: 5 })).toBe(127);
  });
});

/** Examples 10 to 12 of https://ibm.github.io/graphql-specs/cost-spec.html, on fields that return one value. */
describe("IBM's examples of arguments", () => {
  const cost = pricesOn(`${LINK}
    scalar Approximate
    input Filter { approx: Approximate @cost(weight: -12) exact: Boolean }
    type Query {
      topProducts(filter: Filter @cost(weight: 15)): String @cost(weight: 5)
      mostPopularProduct(approx: Approximate @cost(weight: -3)): Product @cost(weight: 5)
      cheapest(approx: Approximate @cost(weight: -3)): Product
    }
    type Product { name: String }`);

  it.each([
    ['topProducts', 5],
    ['topProducts(filter: { exact: true })', 20],
    ['topProducts(filter: { approx: 1 })', 8],
    ['mostPopularProduct { name }', 5],
    ['mostPopularProduct(approx: 1) { name }', 2],
    // 1 - 3, which the specification rounds up.
    ['cheapest(approx: 1) { name }', 0],
  ])('%s costs %d', (field, expected) => {
    expect(cost(`{ ${field} }`)).toBe(expected);
  });
});

describe('a list', () => {
  const cost = pricesOn(`${LINK}
    interface Shelf { books(first: Int): [Book] }
    type Query {
      either(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
      both(first: Int = 4, last: Int): [Book]
        @listSize(slicingArguments: ["first", "last"], assumedSize: 9, requireOneSlicingArgument: false)
      assumed(first: Int): [Book]
        @listSize(slicingArguments: ["first"], assumedSize: 9, requireOneSlicingArgument: false)
      page(first: Int): Page @listSize(slicingArguments: ["first"], sizedFields: ["edges"])
      shelf: Shelf
      things: Thing
    }
    type Public implements Shelf {
      books(first: Int): [Book] @listSize(slicingArguments: ["first"]) @cost(weight: 3)
    }
    type Page { edges: [Edge] others: [Edge] total: Int }
    type Edge { node: Book }
    type Book { name: String }
    type Rare @cost(weight: 7) { name: String }
    union Thing = Book | Rare`);
  const name = '{ name }';

  it.each([
    ['either(first: 2)', 2],
    ['either(last: 3)', 3],
    // The longest of 4, which is the default, and 6.
    ['both(last: 6)', 6],
    ['both', 4],
    ['assumed', 9],
    ['assumed(first: 2)', 2],
  ])('asked for as %s counts %d times', (field, expected) => {
    expect(cost(`{ ${field} ${name} }`)).toBe(expected);
  });

  it.each(['either', 'either(first: 1, last: 1)', 'either(first: null)'])(
    'that must be cut in one way is refused as %s',
    (field) => {
      expect(() => cost(`{ ${field} ${name} }`)).toThrow(
        'Query.either needs one of the arguments first, last',
      );
    },
  );

  it('in a page is as long as the page, and other lists are not', () => {
    // 1 page + 20 edges with one book each.
    expect(cost(`{ page(first: 20) { total edges { node ${name} } } }`)).toBe(41);
    // 1 page + 100 edges.
    expect(cost('{ page(first: 20) { others { __typename } } }')).toBe(101);
  });

  it('costs no less through an interface', () => {
    // 1 shelf + 500 books of 3.
    expect(cost(`{ shelf { books(first: 500) ${name} } }`)).toBe(1_501);
  });

  it('in what a condition takes away costs nothing', () => {
    const query = `query ($all: Boolean!) { things { __typename }
      either(first: 5) @include(if: $all) ${name} ... @skip(if: $all) { assumed ${name} } }`;
    // A thing may be rare: 7.
    expect(cost(query, { all: true })).toBe(12);
    expect(cost(query, { all: false })).toBe(16);
  });
});

describe('what somebody asks for who wants to pay less', () => {
  const cost = pricesOn(`${LINK}
    input Cut { first: Int }
    type Query {
      books(first: Int, cut: Cut): [Book]
        @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
    }
    type Book @cost(weight: 2147483647) {
      free: Book @cost(weight: 0)
      books(first: Int): [Book] @listSize(slicingArguments: ["first"])
    }`);
  const LONGEST = 2_147_483_647;

  it('costs nothing less than nothing', () => {
    expect(cost(`{ books(first: -${LONGEST}) { books(first: -1) { __typename } } }`)).toBe(0);
  });

  it.each([
    ['{ free { __typename } }', 2],
    ['{ books(first: 2147483647) { __typename } }', 40],
  ])('stays a number that can be compared where lists are as long as can be: %s', (inner, deep) => {
    const nested = Array.from({ length: deep }).reduce<string>(
      (selected) => `{ books(first: ${LONGEST}) ${selected} }`,
      inner,
    );
    expect(cost(nested)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('finds no shorter list in what every object inherits', () => {
    const query = `query ($__proto__: Cut, $first: Int) {
      books(first: $first, cut: $__proto__) { __typename } }`;
    const variables = JSON.parse('{ "__proto__": { "first": 0 } }') as Record<string, unknown>;
    expect(cost(query, variables)).toBeGreaterThanOrEqual(100 * LONGEST);
  });

  it('can be nested deeper than functions can call each other', () => {
    const { supergraph } = compose(`${LINK}
      input Cut { also: Cut }
      type Query { total(cut: Cut): Int }`);
    const document = parse('query ($cut: Cut) { total(cut: $cut) }');
    const [operation] = document.definitions as [OperationDefinitionNode];
    let cut = {};
    for (let depth = 1; depth < 100_000; depth += 1) cut = { also: cut };
    const priced = new CostModel(supergraph.schema, 100).costOf(document, operation);
    expect(priced({ cut })).toBe(100_000);
  });
});
