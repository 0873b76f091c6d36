import { composeServices } from '@apollo/composition';
import { type DocumentNode, parse } from 'graphql';
import { type LoadedSupergraph, buildSupergraph } from '../../supergraph/load';

const link = (imports: string): string => `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", ${imports}]
)`;

const books = parse(`
  ${link('{ name: "@requiresScopes", as: "@needs" }, "@authenticated", "@policy"')}
  type Query {
    book(isbn: ID!): Book
    books(first: Int): [Book!]!
    me: Reader @authenticated
    reader(id: ID!): Reader
    actors: [Actor!]!
    items: [Item!]!
    found(text: String): [Found!]!
    fines: Money
    shelf: Shelf
    types: String @needs(scopes: [["nobody"]])
    motto: String
  }
  type Mutation {
    lend(isbn: ID!): Book @needs(scopes: [["lend"]])
    suggest(title: String!): Book
  }
  type Subscription {
    lent: Book
    fined: Reader @authenticated
  }
  type Book implements Item @key(fields: "isbn") {
    isbn: ID!
    title: String!
    price: Int @needs(scopes: [["sales"], ["audit", "finance"]])
    borrower: Reader
    vault: Vault
    stock: Int @shareable @needs(scopes: [["stock:read"]])
  }
  type Map implements Item { title: String! @authenticated scale: Int }
  interface Item { title: String! }
  interface Actor { name: String! }
  type Reader implements Actor @key(fields: "id") {
    id: ID!
    name: String!
    email: String @authenticated
    notes: String @policy(policies: [["is_self"], ["is_staff", "on_duty"]])
    debts: Money
    books(first: Int = 3): [Book!]!
  }
  type Robot implements Actor @authenticated { name: String! model: String }
  type Vault @needs(scopes: [["vault"]]) { code: String! book: Book }
  union Found = Book | Reader | Vault
  scalar Money @authenticated
  enum Shelf @policy(policies: [["on_duty"]]) { TOP BOTTOM }
`);

const staff = parse(`
  ${link('{ name: "@requiresScopes", as: "@needs" }, "@authenticated"')}
  type Book @key(fields: "isbn") {
    isbn: ID!
    stock: Int @shareable @needs(scopes: [["stock:count"]])
    keeper: String @authenticated
  }
`);

/** Who may use what in the library, told in the test's own words. What is not named is free. */
export interface Who {
  signedIn: boolean;
  scopes: ReadonlySet<string>;
  policies: ReadonlySet<string>;
}

type Rule = (who: Who) => boolean;
const signedIn: Rule = (who) => who.signedIn;
const scope =
  (name: string): Rule =>
  (who) =>
    who.scopes.has(name);
const policy =
  (name: string): Rule =>
  (who) =>
    who.policies.has(name);
const both =
  (...rules: Rule[]): Rule =>
  (who) =>
    rules.every((rule) => rule(who));
const either =
  (...rules: Rule[]): Rule =>
  (who) =>
    rules.some((rule) => rule(who));

export const SCOPES = [
  'sales',
  'audit',
  'finance',
  'lend',
  'stock:read',
  'stock:count',
  'vault',
  'nobody',
];
export const POLICIES = ['is_self', 'is_staff', 'on_duty'];

/** By `Type.field`, whatever the reason. */
export const RULES: Readonly<Record<string, Rule>> = {
  'Query.me': signedIn,
  // A robot may be among them.
  'Query.actors': signedIn,
  'Query.fines': signedIn,
  'Query.shelf': policy('on_duty'),
  'Query.types': scope('nobody'),
  'Mutation.lend': scope('lend'),
  'Subscription.fined': signedIn,
  'Book.price': either(scope('sales'), both(scope('audit'), scope('finance'))),
  'Book.vault': scope('vault'),
  'Book.stock': both(scope('stock:read'), scope('stock:count')),
  'Book.keeper': signedIn,
  'Map.title': signedIn,
  // A map may be among them.
  'Item.title': signedIn,
  'Actor.name': signedIn,
  'Actor.__typename': signedIn,
  'Reader.email': signedIn,
  'Reader.notes': either(policy('is_self'), both(policy('is_staff'), policy('on_duty'))),
  'Reader.debts': signedIn,
  'Robot.name': signedIn,
  'Robot.model': signedIn,
  'Robot.__typename': signedIn,
  'Vault.code': scope('vault'),
  'Vault.book': scope('vault'),
  'Vault.__typename': scope('vault'),
};

/** A library of two subgraphs with things that not everybody may see. */
export const librarySdl = (): string => composed({ books, staff });

export const library = (sdl = librarySdl()): LoadedSupergraph => buildSupergraph(sdl, new Map());

function composed(subgraphs: Record<string, DocumentNode>): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, typeDefs]) => ({
      name,
      url: `http://127.0.0.1:1/${name}`,
      typeDefs,
    })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
