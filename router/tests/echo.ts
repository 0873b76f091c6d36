import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { parse } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
import { createHandler as createSseHandler } from 'graphql-sse/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { start } from '../main';
import { Bus } from './bus';
import { inFile } from './config-file';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

const SDL = {
  left: `${LINK}
    type Query { left: String! }
    type Mutation { change: String! }
    type Thing @key(fields: "id") { id: ID! mine: String! }
    type Subscription { turned: Thing! ticked: String! }`,
  right: `${LINK}
    type Query { right: String! }
    type Thing @key(fields: "id") { id: ID! theirs: String! }`,
  events: `${LINK}
    type Query { quiet: String }
    type Subscription { streamed: String! }`,
} as const;

type Name = keyof typeof SDL;
type Headers = Readonly<Record<string, unknown>>;

/** What a subgraph was sent along with one operation. */
interface Heard {
  subgraph: Name;
  headers: Headers;
}

/**
 * Subgraphs that answer with what they were sent of `x-tenant`, and a router in front. `left` serves
 * subscriptions over a WebSocket, `events` over Server-Sent Events.
 */
export class Echo {
  readonly turns = new Bus<object>();
  heard: Heard[] = [];
  /** Headers of answers. */
  responds: Partial<Record<Name, Record<string, string | string[]>>> = {};
  /** Held by a test to keep subgraphs from answering. */
  gate: Promise<void> = Promise.resolve();
  port = 0;
  private readonly stops: Stop[] = [];

  static async start(yaml: string, settings: NodeJS.ProcessEnv = {}): Promise<Echo> {
    const echo = new Echo();
    const served = await Promise.all(
      (['left', 'right', 'events'] as const).map(async (name) => ({
        name,
        url: await echo.serve(name),
        typeDefs: parse(SDL[name]),
      })),
    );
    const { supergraphSdl, errors } = composeServices(served);
    if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
    const folder = await mkdtemp(join(tmpdir(), 'router-echo-'));
    const file = join(folder, 'supergraph.graphql');
    await writeFile(file, supergraphSdl);
    const [port, adminPort] = await Promise.all([freePort(), freePort()]);
    echo.port = port;
    const stop = await start({
      ...(await inFile(yaml)),
      ROUTER_SUPERGRAPH_FILE: file,
      ROUTER_SUBGRAPHS_SERVER_SENT_EVENTS: 'events',
      PORT: String(port),
      ROUTER_ADMIN_PORT: String(adminPort),
      ROUTER_LIVE_LINGER_MS: '50',
      LOG_LEVEL: 'silent',
      ...settings,
    });
    echo.stops.push(() => rm(folder, { recursive: true }), stop);
    return echo;
  }

  stop(): Promise<void> {
    return stopAll(this.stops);
  }

  ask(body: object, headers: HeadersInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  private hear(subgraph: Name, headers: Headers): void {
    this.heard.push({ subgraph, headers });
  }

  private async serve(name: Name): Promise<string> {
    const schema = buildSubgraphSchema({
      typeDefs: parse(SDL[name]),
      resolvers: this.resolvers() as never,
    });
    const handle = createHandler({
      schema,
      context: ({ headers }) => ({ tenant: (headers as Headers)['x-tenant'] }),
      onSubscribe: async ({ headers }) => {
        this.hear(name, headers as Headers);
        await this.gate;
      },
    });
    const stream = createSseHandler({
      schema,
      context: ({ raw }) => ({ tenant: raw.headers['x-tenant'] }),
      onSubscribe: ({ raw }) => this.hear(name, raw.headers),
    });
    const isStream = ({ headers }: IncomingMessage): boolean =>
      headers.accept === 'text/event-stream';
    const server = createServer((request, response) => {
      for (const [header, value] of Object.entries(this.responds[name] ?? {})) {
        response.setHeader(header, value);
      }
      void (isStream(request) ? stream : handle)(request, response);
    });
    const live = useServer(
      {
        schema,
        context: (_, __, { extensions }) => ({ tenant: extensions?.['x-tenant'] }),
        onSubscribe: (_, __, { extensions }) => this.hear(name, extensions ?? {}),
      },
      new WebSocketServer({ server, path: '/graphql' }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.stops.push(
      async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
      async () => live.dispose(),
    );
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  }

  private resolvers(): object {
    const tenant = (_: unknown, __: unknown, context: { tenant?: string }): string =>
      context.tenant ?? 'nobody';
    const turned = { subscribe: () => this.turns.listen() };
    return {
      Query: { left: tenant, right: tenant, quiet: () => null },
      Mutation: { change: tenant },
      Thing: { __resolveReference: () => ({ id: '1' }), mine: tenant, theirs: tenant },
      Subscription: {
        turned: { ...turned, resolve: () => ({ id: '1' }) },
        ticked: { ...turned, resolve: tenant },
        streamed: { ...turned, resolve: tenant },
      },
    };
  }
}
