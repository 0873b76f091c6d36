import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { notFound } from '../errors';
import { createLog } from '../log';
import type { Stop } from '../shutdown';
import { startSubgraph } from '../subgraph-server';
import { freePort } from '../testkit/ports';

let contexts = 0;
let port: number;
let stop: Stop;

const schema = buildSubgraphSchema({
  typeDefs: parse(`
    type Query { context: Int! missing: Int broken: Int }
    type Subscription { counted: Int! failing: Int! }
  `),
  resolvers: {
    Query: {
      context: (_: unknown, _args: unknown, context: { id: number }) => context.id,
      missing: () => {
        throw notFound('asset', 'XYZ');
      },
      broken: () => {
        throw new Error('SELECT secret FROM table');
      },
    },
    Subscription: {
      counted: {
        subscribe: async function* () {
          yield {};
          yield {};
        },
        resolve: (_: unknown, _args: unknown, context: { id: number }) => context.id,
      },
      failing: {
        subscribe: () => {
          throw notFound('asset', 'XYZ');
        },
      },
    },
  } as never,
});

beforeAll(async () => {
  port = await freePort();
  stop = await startSubgraph({
    port,
    schema,
    context: () => ({ id: ++contexts }),
    log: createLog({ name: 'test', level: 'silent' }),
  });
});
afterAll(() => stop());

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: string[]; extensions: { code: string } }[];
}

async function ask(query: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

describe('a subgraph server', () => {
  it('shows an expected error with its code', async () => {
    const { errors } = await ask('{ missing }');
    expect(errors).toMatchObject([
      { message: 'There is no asset "XYZ".', path: ['missing'], extensions: { code: 'NOT_FOUND' } },
    ]);
  });

  it('hides what an unexpected error says', async () => {
    const { errors } = await ask('{ broken }');
    expect(errors).toMatchObject([{ path: ['broken'], extensions: { code: 'INTERNAL' } }]);
    expect(JSON.stringify(errors)).not.toContain('SELECT');
  });

  it('gives every event of a subscription a context of its own', async () => {
    const client = createClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
    });
    const seen: unknown[] = [];
    for await (const event of client.iterate({ query: 'subscription { counted }' })) {
      seen.push(event.data?.['counted']);
    }
    await client.dispose();
    expect(new Set(seen).size).toBe(2);
  });

  it('answers a subscription that cannot start with the coded error', async () => {
    const client = createClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
    });
    const events = client.iterate({ query: 'subscription { failing }' });
    expect((await events.next()).value).toMatchObject({
      errors: [{ path: ['failing'], extensions: { code: 'NOT_FOUND' } }],
    });
    expect((await events.next()).done).toBe(true);
    await client.dispose();
  });
});
