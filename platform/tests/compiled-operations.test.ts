import { describe, expect, it } from '@jest/globals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, GraphQLScalarType, execute, parse, validate } from 'graphql';
import { CompiledOperations } from '../compiled-operations';
import { notFound } from '../errors';

const Any = new GraphQLScalarType({ name: 'Any' });
class Instant {
  constructor(private readonly text: string) {}

  get year(): number {
    return Number(this.text.slice(0, 4));
  }
}
const When = new GraphQLScalarType<Instant>({
  name: 'When',
  parseValue: (value) => new Instant(String(value)),
  parseLiteral: (node) => new Instant('value' in node ? String(node.value) : ''),
});
const pets = [
  { kind: 'Cat', name: 'Tom', lives: 9 },
  { kind: 'Dog', name: 'Rex', good: true },
];

const schema = buildSubgraphSchema({
  typeDefs: parse(`
    scalar Any
    scalar When
    input Span { from: When }
    enum Size { SMALL LARGE }
    input Filter { size: Size = SMALL, names: [String!] }
    interface Pet { name: String! }
    type Cat implements Pet { name: String! lives: Int! }
    type Dog implements Pet { name: String! good: Boolean! later: String }
    union Found = Cat | Dog
    type Row { id: ID! value: String!, parent: Row }
    type Query {
      pets: [Pet!]! found: [Found] rows(first: Int! = 2): [Row] strict: [Row!]!
      sized(filter: Filter): String size(of: Size! = LARGE): String echo(value: Any): Any
      year(of: When!): Int yearIn(span: Span!): Int
      missing: Int broken: Row fails: Row
    }
    type Mutation { first: Int! second: Int! }
  `),
  resolvers: {
    Any,
    When,
    Size: { SMALL: 's', LARGE: 'l' },
    Pet: { __resolveType: ({ kind }: { kind: string }) => kind },
    Found: { __resolveType: ({ kind }: { kind: string }) => kind },
    Dog: { later: async () => Promise.resolve('woof') },
    Row: {
      value: ({ id }: { id: number }) => {
        if (id === 2) throw notFound('row', '2');
        return `value ${id}`;
      },
    },
    Query: {
      pets: () => pets,
      found: async () => [...pets, null],
      rows: (_: unknown, { first }: { first: number }) =>
        Array.from({ length: first }, (_item, index) => ({ id: index + 1 })),
      strict: () => [{ id: 1 }, { id: 2 }],
      sized: (_: unknown, { filter }: { filter?: unknown }) => JSON.stringify(filter ?? null),
      size: (_: unknown, { of }: { of: string }) => of,
      year: (_: unknown, { of }: { of: Instant }) => of.year,
      yearIn: (_: unknown, { span }: { span: { from: Instant } }) => span.from.year,
      echo: (_: unknown, { value }: { value: unknown }) => value,
      missing: () => {
        throw notFound('asset', 'XYZ');
      },
      broken: () => ({ id: 1, parent: { id: 2 } }),
      fails: async () => Promise.reject(new Error('secret')),
    },
    Mutation: { first: async () => 1, second: () => 2 },
  } as never,
});

const OPERATIONS: [query: string, variables: Record<string, unknown>][] = [
  ['{ pets { __typename name ... on Cat { lives } ... on Dog { good later } } }', {}],
  ['{ found { ... on Cat { name } ...dog } } fragment dog on Dog { called: name name }', {}],
  ['query ($n: Int! = 1) { rows(first: $n) { id value } }', {}],
  ['query ($n: Int! = 1) { rows(first: $n) { id value } }', { n: 3 }],
  ['query ($n: Int! = 1) { rows(first: $n) { id value } }', { n: 'many' }],
  ['query ($n: Int!) { rows(first: $n) { id } }', {}],
  ['query ($n: Int!) { rows(first: $n) { id } }', { n: null }],
  [
    'query ($with: Boolean!) { rows { id @skip(if: $with) value @include(if: $with) } }',
    { with: true },
  ],
  [
    'query ($with: Boolean!) { rows { id @skip(if: $with) value @include(if: $with) } }',
    { with: false },
  ],
  ['query ($size: Size) { sized(filter: { size: $size, names: ["a"] }) }', { size: 'LARGE' }],
  ['query ($filter: Filter) { sized(filter: $filter) }', { filter: { names: ['a', 'b'] } }],
  ['query ($filter: Filter) { sized(filter: $filter) }', { filter: { size: 'HUGE' } }],
  ['query ($filter: Filter) { sized(filter: $filter) size sized2: sized(filter: null) }', {}],
  [
    'query ($name: String) { echo(value: { list: [$name, 1], deep: { name: $name } }) }',
    { name: 'x' },
  ],
  ['query ($value: Any) { echo(value: $value) }', { value: { a: [1, { b: null }] } }],
  ['{ year(of: "2024-08-09") yearIn(span: { from: "2023-01-01" }) }', {}],
  ['{ strict { id value } }', {}],
  ['{ broken { id value parent { value parent { id } } } missing }', {}],
  ['{ fails { id } rows { id } }', {}],
  ['mutation { second first again: first }', {}],
  ['{ __schema { queryType { name } } __type(name: "Cat") { fields { name } } }', {}],
];

/** As on the wire; errors may come in any order. */
const inOrder = ({ data, errors = [] }: ExecutionResult): unknown => ({
  data: JSON.parse(JSON.stringify(data ?? null)) as unknown,
  errors: errors.map((error) => JSON.stringify(error)).sort(),
});

describe('a compiled operation', () => {
  it.each(OPERATIONS)('answers as graphql-js does: %s %j', async (text, variableValues) => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    const run = new CompiledOperations(schema).get(document);
    const expected = await execute({ schema, document, variableValues });
    const answer = await run(undefined, {}, variableValues);
    expect(inOrder(answer)).toEqual(inOrder(expected));
  });

  it('is compiled once for every document', () => {
    const operations = new CompiledOperations(schema);
    const document = parse('query A { missing } query B { fails { id } }');
    expect(operations.get(document, 'A')).toBe(operations.get(document, 'A'));
    expect(operations.get(document, 'A')).not.toBe(operations.get(document, 'B'));
  });
});
