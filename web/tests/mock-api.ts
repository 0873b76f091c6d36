import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execute, graphql, subscribe } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { serveBuilt } from './built-files.ts';
import { createMockSchema, printTrade, type MockBackend } from './mock-schema.ts';

/** A running stand-in for the API: HTTP, graphql-transport-ws and the built web on one port. */
export interface MockApi {
  port: number;
  backend: MockBackend;
  stop: () => Promise<void>;
}

interface RequestBody {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

async function readBody(request: AsyncIterable<Buffer>): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as RequestBody;
}

/** Starts the stand-in on `port` (0 for any) with `backend` behind it. */
export async function startMockApi(backend: MockBackend, port = 0): Promise<MockApi> {
  const { schema, queryRoot, subscriptionRoot } = createMockSchema(backend);
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return serveBuilt(request, response);
    const { query, variables, operationName } = await readBody(request);
    const result = await graphql({
      schema,
      source: query,
      rootValue: queryRoot,
      variableValues: variables,
      operationName,
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(result));
  });
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const live = useServer(
    { schema, execute, subscribe, roots: { subscription: subscriptionRoot, query: queryRoot } },
    sockets,
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    backend,
    stop: async () => {
      await live.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Moves the whole market `hz` times a second until the returned function is called. */
export function keepMoving(backend: MockBackend, hz: number, share = 1): () => void {
  const { market, events } = backend;
  const ticking = setInterval(() => {
    const moved = market.assets
      .filter(() => Math.random() < share)
      .map((asset) => market.tick(asset.symbol).symbol);
    events.publish('prices', moved);
    for (const symbol of moved.slice(0, 12)) printTrade(backend, symbol);
  }, 1000 / hz);
  const reporting = setInterval(() => events.publish('feed', null), 2000);
  return () => {
    clearInterval(ticking);
    clearInterval(reporting);
  };
}
