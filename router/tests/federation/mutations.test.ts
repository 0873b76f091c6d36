import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { itAnswersLikeStock } from './differential';
import { type TestGraph, startGraph } from './kit';

/** What was done, by whichever subgraph, in the order in which it was. */
const done: string[] = [];

interface Entry {
  id: string;
  amount: number;
}

/** Later work must wait for earlier work, also where that takes longer. */
const after = async <T>(turns: number, work: () => T): Promise<T> => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
  return work();
};

const ledger = {
  typeDefs: `
    type Query { entry(id: ID!): Entry }
    type Mutation { book(id: ID!, amount: Int = 1): Entry! void(id: ID!): Entry drop(id: ID!): Entry! }
    type Entry @key(fields: "id") { id: ID! amount: Int! }
  `,
  resolvers: {
    Query: { entry: (_: unknown, { id }: Entry) => ({ id, amount: 1 }) },
    Mutation: {
      book: (_: unknown, { id, amount }: Entry) =>
        after(50, () => {
          done.push(`book ${id}`);
          return { id, amount: amount ?? 0 };
        }),
      void: (_: unknown, { id }: Entry) => {
        done.push(`void ${id}`);
        throw new GraphQLError(`${id} is closed`, { extensions: { code: 'CONFLICT' } });
      },
      drop: (_: unknown, { id }: Entry) => {
        done.push(`drop ${id}`);
        throw new GraphQLError(`${id} is closed`, { extensions: { code: 'CONFLICT' } });
      },
    },
    Entry: { __resolveReference: ({ id }: Entry) => ({ id, amount: 5 }) },
  },
};

const audit = {
  typeDefs: `
    type Query { trail: [Entry!]! }
    type Mutation { sign(id: ID!, by: String!): Entry! }
    type Entry @key(fields: "id") { id: ID! signatures: [String!]! }
  `,
  resolvers: {
    Query: { trail: () => [{ id: '1' }] },
    Mutation: {
      sign: (_: unknown, { id, by }: { id: string; by: string }) => {
        done.push(`sign ${id} by ${by}`);
        return { id, by };
      },
    },
    Entry: {
      signatures: ({ id, by }: { id: string; by?: string }) => {
        done.push(`read ${id}`);
        return [by ?? 'nobody'];
      },
    },
  },
};

let graph: TestGraph;
beforeAll(async () => {
  graph = await startGraph({ subgraphs: { ledger, audit } });
});
beforeEach(() => void done.splice(0));
afterAll(() => graph.close());

it('does one thing after the other, whichever subgraph does it', async () => {
  const mutation = `mutation ($who: String!) {
    a: book(id: "1") { amount signatures }
    b: sign(id: "2", by: $who) { amount signatures }
    c: book(id: "3", amount: 9) { id amount }
    d: sign(id: "1", by: "Bob") { id }
  }`;
  expect(await graph.ask(mutation, { who: 'Ann' })).toEqual({
    data: {
      a: { amount: 1, signatures: ['nobody'] },
      b: { amount: 5, signatures: ['Ann'] },
      c: { id: '3', amount: 9 },
      d: { id: '1' },
    },
  });
  const steps = ['book 1', 'sign 2 by Ann', 'book 3', 'sign 1 by Bob'];
  expect(done.filter((step) => !step.startsWith('read'))).toEqual(steps);
});

it('goes on after a step that failed', async () => {
  const { data, errors } = await graph.ask(
    'mutation { a: void(id: "1") { amount } b: sign(id: "2", by: "Ann") { id } }',
  );
  expect(data).toEqual({ a: null, b: { id: '2' } });
  expect(errors).toMatchObject([{ path: ['a'], extensions: { code: 'CONFLICT' } }]);
  expect(done).toEqual(['void 1', 'sign 2 by Ann']);
});

it('has no data where something that cannot be null failed', async () => {
  const { data, errors } = await graph.ask(
    'mutation { a: sign(id: "2", by: "Ann") { id } b: drop(id: "1") { amount } }',
  );
  expect(data).toBeNull();
  expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'CONFLICT' } }]);
});

it('does nothing twice', async () => {
  const mutation = 'mutation { book(id: "1") { signatures } }';
  await Promise.all([graph.ask(mutation), graph.ask(mutation)]);
  expect(done.filter((step) => step === 'book 1')).toHaveLength(2);
});

itAnswersLikeStock(() => graph, [], OperationTypeNode.MUTATION);
