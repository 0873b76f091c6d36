/* Three subgraphs whose answers are prepared: what is measured is what stands before them. */
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@composeDirective"])';

/** Before the schema of `users`, whose answers may then be kept. */
const CACHED = `extend schema
  @link(url: "https://example.org/caching/v1.0", import: ["@cacheControl"])
  @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int) on OBJECT
  extend type User @cacheControl(maxAge: 3600)`;

const SCHEMAS = {
  users: `${LINK}
    type Query { users(page: Int!): [User!]! }
    type User @key(fields: "id") { id: ID! name: String! email: String! }`,
  reviews: `${LINK}
    type User @key(fields: "id") { id: ID! reputation: Float! reviewCount: Int! reviews: [Review!]! }
    type Review { id: ID! body: String! rating: Int! product: Product! }
    type Product @key(fields: "upc", resolvable: false) { upc: ID! }`,
  products: `${LINK}
    type Product @key(fields: "upc") { upc: ID! name: String! price: Float! inStock: Boolean! }`,
};

export type SubgraphName = keyof typeof SCHEMAS;
export const SUBGRAPHS = Object.keys(SCHEMAS) as SubgraphName[];

/** Requests go round these, so that no two that are under way ask for the same. */
export const PAGES = 64;
const USERS_PER_PAGE = 20;
const REVIEWS_PER_USER = 16;
const PRODUCTS = 200;

export const TWENTY_ENTITIES =
  'query Twenty($page: Int!) { users(page: $page) { id name email reputation reviewCount } }';
export const DEEP =
  'query Deep($page: Int!) { users(page: $page) { id name reviews { id body rating product { upc name price inStock } } } }';

/** A schema where somebody must be signed in for addresses, and have a scope for reputations. */
const guardedSchema = (schema: string): string =>
  schema
    .replace('"@key"', '"@key", "@authenticated", "@requiresScopes"')
    .replace('email: String!', 'email: String! @authenticated')
    .replace(
      'reputation: Float!',
      'reputation: Float! @requiresScopes(scopes: [["read:reviews"]])',
    );

const schemaOf = (name: SubgraphName, { cached = false, guarded = false }): string => {
  if (guarded) return guardedSchema(SCHEMAS[name]);
  return cached && name === 'users' ? `${CACHED} ${SCHEMAS[name]}` : SCHEMAS[name];
};

/** The supergraph's SDL with the subgraphs on these ports; answers about users may be kept where they are cached. */
export function composeShop(
  ports: Readonly<Record<SubgraphName, number>>,
  how: { cached?: boolean; guarded?: boolean } = {},
): string {
  const { supergraphSdl, errors } = composeServices(
    SUBGRAPHS.map((name) => ({
      name,
      url: `http://127.0.0.1:${ports[name]}/graphql`,
      typeDefs: parse(schemaOf(name, how)),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(String(errors));
  return supergraphSdl;
}

/** Width of all numbers in texts, so that all pages are equally long. */
const digits = (n: number): string => String(n).padStart(4, '0');

const userId = (n: number): string => `u${digits(n)}`;

const userOf = (n: number, hasEmail: boolean): object => ({
  __typename: 'User',
  id: userId(n),
  name: `Customer number ${digits(n)}`,
  ...(hasEmail && { email: `customer.${digits(n)}@example.org` }),
});

const productOf = (upc: string): object => ({
  name: `Product ${upc} in its usual packaging`,
  price: 19.75,
  inStock: true,
});

const reviewOf = (n: number, index: number): object => ({
  id: `r${digits(n)}-${digits(index)}`,
  body: 'Arrived in time and does what it says; the finish could be better, but at this price I would buy it again.',
  rating: 4,
  product: { __typename: 'Product', upc: `p${digits((n * 37 + index * 11) % PRODUCTS)}` },
});

const reviewerOf = (id: string, isDeep: boolean): object => {
  const n = Number(id.slice(1));
  if (!isDeep) return { reputation: 4.375, reviewCount: REVIEWS_PER_USER };
  return { reviews: Array.from({ length: REVIEWS_PER_USER }, (_, index) => reviewOf(n, index)) };
};

/** What a request calls a field. */
export const keyOf = (field: string, query: string): string =>
  new RegExp(`(\\w+):\\s*${field}\\b`).exec(query)?.[1] ?? field;

interface SubgraphRequest {
  query: string;
  variables: { page?: number; representations?: { id: string; upc: string }[] };
}

const ANSWERS: Record<SubgraphName, (request: SubgraphRequest) => object> = {
  users: ({ query, variables: { page = 0 } }) => {
    const first = page * USERS_PER_PAGE;
    const users = Array.from({ length: USERS_PER_PAGE }, (_, index) =>
      userOf(first + index, query.includes('email')),
    );
    return { [keyOf('users', query)]: users };
  },
  reviews: ({ query, variables: { representations = [] } }) => ({
    _entities: representations.map(({ id }) => reviewerOf(id, query.includes('product'))),
  }),
  products: ({ variables: { representations = [] } }) => ({
    _entities: representations.map(({ upc }) => productOf(upc)),
  }),
};

/** A subgraph's answer to a request body. */
export const answerTo = (subgraph: SubgraphName, body: string): string =>
  JSON.stringify({ data: ANSWERS[subgraph](JSON.parse(body) as SubgraphRequest) });
