import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stop } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { until } from '@spyhop/platform/testkit/until';
import { GraphQLError, parse } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import type { Client } from 'graphql-ws';
import { start } from '../main';
import { Bus } from './bus';
import { Subscriber, clientAt } from './kit';

const sdl = parse(`
  type Query { ready: Boolean }
  type Subscription { heard(word: String!): String! refused: Int counted(to: Int!): Int! }
`);
const heard = new Bus<string>();

let server: Server;
let port: number;
let supergraphFile: string;
let routerPort: number;
let stop: Stop;
const clients: Client[] = [];

const handle = createHandler({
  schema: buildSubgraphSchema({
    typeDefs: sdl,
    resolvers: {
      Subscription: {
        heard: { subscribe: () => heard.listen(), resolve: (word: string) => word },
        refused: {
          subscribe: () => {
            throw new GraphQLError('No.', { extensions: { code: 'CONFLICT' } });
          },
        },
        counted: {
          subscribe: async function* (_: unknown, { to }: { to: number }) {
            for (let n = 1; n <= to; n += 1) yield n;
          },
          resolve: (n: number) => n,
        },
      },
    },
  }),
});

async function open(): Promise<void> {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}

async function close(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

const connectionsOf = (at: Server): Promise<number> =>
  new Promise((resolve, reject) =>
    at.getConnections((err, count) => (err ? reject(err) : resolve(count))),
  );

function subscribe(query: string): Subscriber {
  const client = clientAt(routerPort);
  clients.push(client);
  return new Subscriber(client, query);
}

beforeAll(async () => {
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  [port, routerPort] = ports;
  await open();
  const url = `http://127.0.0.1:${port}/graphql`;
  const { supergraphSdl = '' } = composeServices([{ name: 'words', url, typeDefs: sdl }]);
  const folder = await mkdtemp(join(tmpdir(), 'router-test-'));
  const file = (supergraphFile = join(folder, 'supergraph.graphql'));
  await writeFile(file, supergraphSdl);
  const stopRouter = await start({
    ROUTER_SUPERGRAPH_FILE: file,
    PORT: String(routerPort),
    ROUTER_ADMIN_PORT: String(ports[2]),
    ROUTER_SUBGRAPHS_SERVER_SENT_EVENTS: 'words',
    ROUTER_LIVE_LINGER_MS: '50',
    LOG_LEVEL: 'silent',
  });
  stop = async () => {
    await stopRouter();
    await rm(folder, { recursive: true });
  };
});
afterAll(async () => {
  for (const client of clients) await client.dispose();
  await stop();
  await close();
});

describe('a subgraph that serves subscriptions over Server-Sent Events', () => {
  it('is followed once for all clients, and left when they have left', async () => {
    const [one, two] = [
      subscribe('subscription { heard(word: "a") }'),
      subscribe('subscription { heard(word: "a") }'),
    ];
    // Each asks on the same socket, after its subscription, what is answered when that has begun.
    for (const client of clients) await new Subscriber(client, '{ __typename }').received(1);
    await until(() => heard.listening === 1);
    heard.publish('first');
    await Promise.all([one.received(1), two.received(1)]);
    expect(heard.listening).toBe(1);
    expect([one.data, two.data]).toEqual([[{ heard: 'first' }], [{ heard: 'first' }]]);
    one.leave();
    two.leave();
    await until(() => heard.listening === 0);
  });

  it('completes and refuses subscriptions', async () => {
    const counted = subscribe('subscription { counted(to: 2) }');
    await until(() => counted.completed);
    expect(counted.data).toEqual([{ counted: 1 }, { counted: 2 }]);
    const refused = subscribe('subscription { refused }');
    await until(() => refused.failure !== undefined);
    expect(refused.failure).toMatchObject([{ message: 'No.', extensions: { code: 'CONFLICT' } }]);
  });

  it('may go away and come back while clients stay', async () => {
    const client = subscribe('subscription { heard(word: "b") }');
    await until(() => heard.listening === 1);
    await close();
    await until(() => heard.listening === 0);
    await open();
    await until(() => heard.listening === 1);
    heard.publish('back');
    await client.received(1);
    expect(client.failure).toBeUndefined();
    client.leave();
    await until(() => heard.listening === 0);
  });

  it('is followed where it has moved to', async () => {
    const client = subscribe('subscription { heard(word: "c") }');
    await until(() => heard.listening === 1);
    const former = server;
    const formerPort = port;
    port = await freePort();
    await open();
    const sdl = await readFile(supergraphFile, 'utf8');
    await writeFile(supergraphFile, sdl.replace(`:${formerPort}/`, `:${port}/`));
    await until(async () => (await connectionsOf(former)) === 0);
    const publishing = setInterval(() => heard.publish('moved'), 20);
    await client.received(1);
    clearInterval(publishing);
    expect(client.failure).toBeUndefined();
    await new Promise((resolve) => former.close(resolve));
  });
});
