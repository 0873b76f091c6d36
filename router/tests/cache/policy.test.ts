import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import type { FetchNode } from '@apollo/query-planner';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { type CachePolicy, policyOfHeader } from '../../cache/policy';
import { cachingHead, operationOf, plannerOf } from './graph';

// The same each time.
fc.configureGlobal({ seed: 1 });

const shop = parse(`${cachingHead()}
  type Query {
    item: Item
    brief: Item @cacheControl(maxAge: 7)
    unsaid: Plain
    held: Plain @cacheControl(maxAge: 90)
    inheriting: Plain @cacheControl(inheritMaxAge: true)
    count: Int
    timed: Int @cacheControl(maxAge: 30)
    mine: Item @cacheControl(maxAge: 20, scope: PRIVATE)
    never: Item @cacheControl(maxAge: 0)
    things: [Thing!]! @cacheControl(maxAge: 45)
    found: [Found!]!
  }
  type Mutation { change: Item @cacheControl(maxAge: 10) }
  type Item implements Thing @key(fields: "id") @cacheControl(maxAge: 60) {
    id: ID!
    name: String
    stock: Int @cacheControl(maxAge: 5)
    price: Int @cacheControl(scope: PRIVATE)
    plain: Plain
    inheriting: Plain @cacheControl(inheritMaxAge: true)
    private: Plain @cacheControl(inheritMaxAge: true, scope: PRIVATE)
    heir: Heir
    item: Item @cacheControl(inheritMaxAge: true, maxAge: 12)
    others: [Item!]! @cacheControl(maxAge: 100)
    things: [Thing!]!
  }
  type Plain @key(fields: "id") { id: ID! text: String item: Item plain: Plain }
  type Heir @cacheControl(inheritMaxAge: true) { text: String item: Item }
  type Secret implements Thing @cacheControl(maxAge: 70, scope: PRIVATE) { id: ID! code: Int }
  interface Thing { id: ID! }
  union Found @cacheControl(maxAge: 15) = Item | Plain | Secret
`);

/** Of every list as many elements as it may have types, so that a query meets all of them. */
function answerEverything(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    if (type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.name.startsWith('_')) field.resolve = () => valueFor(schema, field.type);
    }
  }
  return schema;
}

function valueFor(schema: GraphQLSchema, type: GraphQLOutputType): unknown {
  if (isNonNullType(type)) return valueFor(schema, type.ofType);
  if (isListType(type)) {
    const of = getNamedType(type);
    const types = isAbstractType(of) ? schema.getPossibleTypes(of) : [of];
    return types.map(({ name }) => ({ __typename: name }));
  }
  return isCompositeType(type) ? { __typename: type.name } : 1;
}

const planner = plannerOf(shop);
const schema = answerEverything(buildSubgraphSchema({ typeDefs: shop }));
const apollo = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
beforeAll(() => apollo.start());
afterAll(() => apollo.stop());

/** What Apollo Server, whose rules these are, says of its answer. */
async function byApollo(query: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const { http, body } = await apollo.executeOperation({ query, variables });
  if (body.kind !== 'single' || body.singleResult.errors) throw new Error(JSON.stringify(body));
  return http.headers.get('cache-control');
}

const asHeader = ({ maxAgeSeconds, scope }: CachePolicy): string =>
  maxAgeSeconds === 0 ? 'no-store' : `max-age=${maxAgeSeconds}, ${scope.toLowerCase()}`;

const policyOf = (query: string): CachePolicy => operationOf(planner, query).policy;

/** Selections on a type, at most so deep. */
function selections(type: GraphQLObjectType, depth: number): fc.Arbitrary<string> {
  const fields = Object.values(type.getFields()).filter(({ name }) => !name.startsWith('_'));
  const choices = fields.flatMap((field) => {
    const of = getNamedType(field.type);
    if (!isCompositeType(of)) return isEnumType(of) ? [] : [fc.constant(field.name)];
    if (depth === 0) return [];
    const types = isAbstractType(of) ? schema.getPossibleTypes(of) : [of];
    return types.map((possible) =>
      selections(possible as GraphQLObjectType, depth - 1).map(
        (inside) => `${field.name} { ... on ${possible.name} { ${inside} } }`,
      ),
    );
  });
  const some = fc.array(fc.oneof(...choices), { minLength: 1, maxLength: 3 });
  return fc
    .tuple(some, fc.boolean())
    .map(([chosen, named]) => [...chosen, ...(named ? ['__typename'] : [])].join(' '));
}

const typeNamed = (name: string): GraphQLObjectType => schema.getType(name) as GraphQLObjectType;

const entityQuery = (inside: string): string =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${inside} } }`;

const fetchOf = (operation: string): FetchNode => ({
  kind: 'Fetch',
  serviceName: 'subgraph0',
  variableUsages: [],
  operation,
  operationName: undefined,
  operationKind: 'query' as FetchNode['operationKind'],
  operationDocumentNode: undefined,
  requires: [],
});

describe('the policy of a query', () => {
  it('is the one that Apollo Server finds for it', async () => {
    await fc.assert(
      fc.asyncProperty(selections(typeNamed('Query'), 3), async (inside) => {
        expect(asHeader(policyOf(`{ ${inside} }`))).toBe(await byApollo(`{ ${inside} }`));
      }),
      { numRuns: 300 },
    );
  });

  it('counts what fragments select, and each field whatever @skip says of it', () => {
    const query = `query ($no: Boolean!) { item { ...Some } }
      fragment Some on Item { name ... on Thing { id } stock @skip(if: $no) }`;
    expect(policyOf(query)).toEqual({ maxAgeSeconds: 5, scope: 'PUBLIC' });
  });

  it('is 0 for mutations and for introspection', () => {
    expect(policyOf('mutation { change { id } }').maxAgeSeconds).toBe(0);
    expect(policyOf('{ timed __schema { description } }').maxAgeSeconds).toBe(0);
    expect(policyOf('{ __typename }').maxAgeSeconds).toBe(0);
  });

  it('is private when one possible type of an interface is', () => {
    const notices = plannerOf(
      parse(`${cachingHead()}
        type Query { notices: [Notice!]! @cacheControl(maxAge: 9) }
        interface Notice { text: String }
        type Public implements Notice { text: String }
        type Personal implements Notice { text: String @cacheControl(scope: PRIVATE) }
      `),
    );
    expect(operationOf(notices, '{ notices { text } }').policy.scope).toBe('PRIVATE');
    const narrowed = operationOf(notices, '{ notices { ... on Public { text } } }');
    expect(narrowed.policy).toEqual({ maxAgeSeconds: 9, scope: 'PUBLIC' });
  });

  it('counts what an interface says of a field', () => {
    const notices = plannerOf(
      parse(`${cachingHead()}
        type Query { notices: [Notice!]! @cacheControl(maxAge: 9) }
        interface Notice { text: String @cacheControl(maxAge: 2) }
        type Public implements Notice { text: String }
      `),
    );
    const { policy } = operationOf(notices, '{ notices { ... on Public { text } } }');
    expect(policy).toEqual({ maxAgeSeconds: 2, scope: 'PUBLIC' });
  });

  it('is private for what requires an identity, whatever is said of it', () => {
    const accounts = plannerOf(
      parse(`${cachingHead()}
        type Query { me: Account @authenticated @cacheControl(maxAge: 9) open: Account }
        type Account @cacheControl(maxAge: 9, scope: PUBLIC) { name: String }
      `),
    );
    const ofField = (field: string): CachePolicy =>
      operationOf(accounts, `{ ${field} { name } }`).policy;
    expect(ofField('me')).toEqual({ maxAgeSeconds: 9, scope: 'PRIVATE' });
    expect(ofField('open')).toEqual({ maxAgeSeconds: 9, scope: 'PUBLIC' });
  });

  it('follows the directive under whatever name it was composed', () => {
    const renamed = plannerOf(
      parse(`${cachingHead('@hint')} type Query { now: Int @hint(maxAge: 3) }`),
    );
    expect(operationOf(renamed, '{ now }').policy.maxAgeSeconds).toBe(3);
  });

  it('is 0 where the directive was not composed', () => {
    const dropped = plannerOf(
      parse(`${cachingHead().replace(/@composeDirective\(.*\)/, '')}
        type Query { now: Int @cacheControl(maxAge: 3) }`),
    );
    expect(operationOf(dropped, '{ now }').policy.maxAgeSeconds).toBe(0);
  });
});

describe('the policy of a fetch of entities', () => {
  it('is the one that Apollo Server finds for it', async () => {
    const representations = [{ __typename: 'Item', id: '1' }];
    await fc.assert(
      fc.asyncProperty(selections(typeNamed('Item'), 2), async (inside) => {
        const query = entityQuery(`... on Item { ${inside} }`);
        const header = await byApollo(query, { representations });
        const fetch = planner.entityFetch(fetchOf(query));
        expect(fetch ? `max-age=${fetch.maxAgeSeconds}, public` : 'not kept').toBe(
          /public/.test(String(header)) ? header : 'not kept',
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is 0 for entities of whose type nothing is said', () => {
    expect(planner.entityFetch(fetchOf(entityQuery('... on Plain { text }')))).toBeNull();
  });
});

describe('a subgraph’s Cache-Control header', () => {
  it.each([
    ['max-age=30, public', { maxAgeSeconds: 30, scope: 'PUBLIC' }],
    ['private, max-age="10"', { maxAgeSeconds: 10, scope: 'PRIVATE' }],
    ['max-age=60, s-maxage=5', { maxAgeSeconds: 5, scope: 'PUBLIC' }],
    ['Max-Age=60, No-Store', { maxAgeSeconds: 0, scope: 'PUBLIC' }],
    ['no-cache', { maxAgeSeconds: 0, scope: 'PUBLIC' }],
    ['max-age=soon', { maxAgeSeconds: 0, scope: 'PUBLIC' }],
    ['private', { maxAgeSeconds: Infinity, scope: 'PRIVATE' }],
    ['must-revalidate', null],
    [undefined, null],
  ])('%s allows %o', (header, policy) => {
    expect(policyOfHeader(header)).toEqual(policy);
  });

  it.each([
    ['55', 5],
    ['90', 0],
    ['no number', 60],
  ])('counts from when the answer was made, %s seconds ago', (age, maxAgeSeconds) => {
    expect(policyOfHeader('max-age=60', age)).toEqual({ maxAgeSeconds, scope: 'PUBLIC' });
  });
});
