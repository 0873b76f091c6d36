import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { SpyhopError } from '@spyhop/platform/errors';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { until } from '@spyhop/platform/testkit/until';
import { type DocumentNode, parse } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { WebSocketServer } from 'ws';
import { start } from '../../main';
import { Bus } from '../bus';
import type { Answer } from '../kit';
import { cachingHead } from './graph';

const SDL = {
  catalogue: parse(`${cachingHead()}
    type Query {
      book(id: ID!): Book
      books: [Book!]! @cacheTag(format: "books")
      newest: Book @cacheControl(maxAge: 1)
      unsaid: Int
      mine: Note @authenticated
      remembered: Note @cacheControl(scope: PRIVATE)
      rare: String @cacheControl(maxAge: 60) @requiresScopes(scopes: [["rare:read"]])
      motto: String @cacheControl(maxAge: 60)
    }
    type Mutation { rename(id: ID!, title: String!): Book }
    type Subscription { renamed: Book }
    type Note @cacheControl(maxAge: 60) { text: String }
    type Book @key(fields: "id") @cacheControl(maxAge: 60) @cacheTag(format: "book-{$key.id}") {
      id: ID!
      title: String
    }
  `),
  lending: parse(`${cachingHead()}
    type Book @key(fields: "id") @cacheControl(maxAge: 60) @cacheTag(format: "book-{$key.id}") {
      id: ID!
      copies(at: String): Int
      readers: Int @cacheControl(maxAge: 0)
      borrower: String @requiresScopes(scopes: [["loans:read"]])
    }
  `),
} as const;

type Name = keyof typeof SDL;

/** One request as a subgraph received it. */
export interface Heard {
  subgraph: Name;
  query: string;
  /** Ids of the entities that were asked for. */
  ids: string[];
  /** The subject whom the router named; null for nobody. */
  who: string | null;
}

/** Two subgraphs that say what may be cached, who knows API keys, and routers in front. */
export class Library {
  /** What subgraphs were asked, in the order in which they were. */
  heard: Heard[] = [];
  /** Held by a test to keep subgraphs from answering. */
  gate: Promise<void> = Promise.resolve();
  readonly titles = new Map([
    ['1', 'Emma'],
    ['2', 'Ulysses'],
    ['3', 'Dune'],
  ]);
  /** What `lending` says of these books instead of how many copies there are. */
  readonly miscounted = new Set<string>();
  /** `lending` breaks connections instead of answering. */
  isLendingAway = false;
  readonly renamings = new Bus<string>();
  /** Headers of subgraphs' answers. */
  responds: Record<string, string> = {};
  private readonly stops: Stop[] = [];
  private supergraphFile = '';
  private settings: NodeJS.ProcessEnv = {};

  static async open(): Promise<Library> {
    const library = new Library();
    const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    library.settings = {
      ROUTER_IDENTITY_API_KEYS_URL: await library.listen(createServer(ownerOf)),
      ROUTER_IDENTITY_SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)),
      ROUTER_LIVE_LINGER_MS: '50',
      ROUTER_DEMAND_REPORT: 'false',
      LOG_LEVEL: 'silent',
    };
    await library.compose();
    return library;
  }

  async close(): Promise<void> {
    await stopAll(this.stops);
  }

  /** A router in front of the subgraphs. */
  async route(settings: NodeJS.ProcessEnv = {}): Promise<LibraryRouter> {
    const [port, adminPort] = await Promise.all([freePort(), freePort()]);
    const stop = await start({
      ...this.settings,
      ROUTER_SUPERGRAPH_FILE: this.supergraphFile,
      PORT: String(port),
      ROUTER_ADMIN_PORT: String(adminPort),
      ...settings,
    });
    let stopping: Promise<void> | undefined;
    const stopOnce: Stop = () => (stopping ??= stop());
    this.stops.push(stopOnce);
    return new LibraryRouter(port, adminPort, stopOnce);
  }

  /** What was asked since this was called last. */
  takeHeard(): Heard[] {
    const heard = this.heard;
    this.heard = [];
    return heard;
  }

  private async compose(): Promise<void> {
    const served = await Promise.all(
      (Object.entries(SDL) as [Name, DocumentNode][]).map(async ([name, typeDefs]) => ({
        name,
        typeDefs,
        url: await this.serve(name, typeDefs),
      })),
    );
    const { supergraphSdl, errors } = composeServices(served);
    if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
    const folder = await mkdtemp(join(tmpdir(), 'router-library-'));
    this.supergraphFile = join(folder, 'supergraph.graphql');
    await writeFile(this.supergraphFile, supergraphSdl);
    this.stops.push(() => rm(folder, { recursive: true }));
  }

  private serve(name: Name, typeDefs: DocumentNode): Promise<string> {
    const schema = buildSubgraphSchema({ typeDefs, resolvers: this.resolvers()[name] as never });
    const handle = createHandler({
      schema,
      context: ({ headers }) => ({
        ...claimsIn((headers as Record<string, string>)['x-router-identity']),
        shelf: (headers as Record<string, string>)['x-shelf'],
      }),
      onSubscribe: async ({ headers }, { query, variables }) => {
        const { representations = [] } = (variables ?? {}) as {
          representations?: { id: string }[];
        };
        const { who } = claimsIn((headers as Record<string, string>)['x-router-identity']);
        this.heard.push({ subgraph: name, query, ids: representations.map(({ id }) => id), who });
        await this.gate;
      },
    });
    const server = createServer((request, response) => {
      if (name === 'lending' && this.isLendingAway) return void request.socket.destroy();
      response.setHeaders(new Map(Object.entries(this.responds)));
      void handle(request, response);
    });
    const live = useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
    this.stops.push(async () => live.dispose());
    return this.listen(server);
  }

  private bookOf(id: string): object | null {
    const title = this.titles.get(id);
    return title === undefined ? null : { __typename: 'Book', id, title };
  }

  private resolvers(): Record<Name, object> {
    const noteOf = (_: unknown, __: unknown, { who, tenant }: Shown): object => ({
      text: tenant === null ? `of ${who}` : `of ${who} at ${tenant}`,
    });
    return {
      catalogue: {
        Query: {
          book: (_: unknown, { id }: { id: string }) => this.bookOf(id),
          books: () => [...this.titles.keys()].map((id) => this.bookOf(id)),
          newest: () => this.bookOf('3'),
          unsaid: () => 1,
          mine: noteOf,
          remembered: noteOf,
          rare: () => 'First folio',
          motto: (_: unknown, __: unknown, { shelf }: { shelf?: string }) =>
            shelf === undefined ? 'Read' : `Read, ${shelf}`,
        },
        Mutation: {
          rename: (_: unknown, { id, title }: { id: string; title: string }) => {
            this.titles.set(id, title);
            return this.bookOf(id);
          },
        },
        Subscription: {
          renamed: {
            subscribe: () => this.renamings.listen(),
            resolve: (id: string) => this.bookOf(id),
          },
        },
        Book: { __resolveReference: ({ id }: { id: string }) => this.bookOf(id) },
      },
      lending: {
        Book: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          copies: ({ id }: { id: string }) => {
            if (this.miscounted.has(id)) throw new SpyhopError('CONFLICT', 'It is being counted.');
            return 10 * Number(id);
          },
          readers: () => 7,
          borrower: () => 'Ann',
        },
      },
    };
  }

  /** Returns the server's address. */
  private async listen(server: Server): Promise<string> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.stops.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  }
}

/** One of the routers. */
export class LibraryRouter {
  constructor(
    readonly port: number,
    private readonly adminPort: number,
    /** Stops it, once. */
    readonly stop: Stop,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}/graphql`;
  }

  /** `key`: who asks, see `ownerOf`. */
  async ask(query: string, variables: object = {}, key?: string): Promise<Answer> {
    const response = await this.post(JSON.stringify({ query, variables }), key);
    const body = (await response.json()) as Answer['body'];
    return { status: response.status, headers: response.headers, body };
  }

  post(body: string, key?: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { 'x-api-key': key }), ...headers },
      body,
    });
  }

  /** The sum of a metric over its labels that match. */
  async metric(name: string, label = ''): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.adminPort}/metrics`);
    return (await response.text())
      .split('\n')
      .filter((line) => new RegExp(`^${name}[ {]`).test(line) && line.includes(label))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Resolves when it shares its cache through Redis, or does not any more. */
  async untilShared(shared = true): Promise<void> {
    await until(async () => (await this.metric('router_cache_shared')) === Number(shared));
  }
}

/** The owner of a key is who it says before its colon, at the tenant behind `@`, with the scopes behind the colon. */
function ownerOf(...[request, response]: Parameters<Parameters<typeof createServer>[1] & object>) {
  void text(request).then((body) => {
    const { key } = JSON.parse(body) as { key: string };
    const [, subject, tenant, scopes = ''] = /^(\w+)@?(\w+)?:?(.*)$/.exec(key) ?? [];
    const claims = tenant === undefined ? {} : { tenant };
    response.end(JSON.stringify({ subject, scopes: scopes.split(' ').filter(Boolean), claims }));
  });
}

/** What the router said of who asks. */
interface Shown {
  who: string | null;
  tenant: string | null;
}

function claimsIn(signed: string | undefined): Shown {
  const { sub = null, tenant } = signed === undefined ? {} : decodeJwt<{ tenant?: string }>(signed);
  return { who: sub, tenant: tenant ?? null };
}
