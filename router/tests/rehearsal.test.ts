import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { rehearsal } from '../plan/rehearsal';

const schema = buildSchema(`
  type Query {
    me: User
    user(id: ID!, at: [When!]!, limit: Int): User!
    search(text: String!): [Found!]!
    version: Int!
  }
  input When { year: Int! }
  type User { id: ID! name: String friends(first: Int! = 3): [User!]! rating(by: ID!): Float home: Place }
  type Place { city: City }
  type City { name: String twin: City }
  interface Named { name: String }
  union Found = User | Place
`);

describe('what a new schema is rehearsed with', () => {
  it('is valid, whatever the fields require and wherever the types lead', () => {
    const queries = rehearsal(schema).map(({ query }) => query);
    expect(queries).toHaveLength(4);
    for (const query of queries) expect(validate(schema, parse(query))).toEqual([]);
  });

  it('goes into objects, where most of the planning is', () => {
    const [me = ''] = rehearsal(schema).map(({ query }) => query);
    expect(me).toMatch(/me \{.*friends \{.*name/);
  });
});
