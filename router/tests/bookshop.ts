import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { invalidInput } from '@spyhop/platform/errors';
import { createLog } from '@spyhop/platform/log';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { startSubgraph } from '@spyhop/platform/subgraph-server';
import { freePort } from '@spyhop/platform/testkit/ports';
import { parse } from 'graphql';
import { start } from '../main';
import { Bus } from './bus';
import type { Answer } from './kit';

/** Those of https://www.apollographql.com/docs/graphos/routing/security/demand-control, and a little more. */
const BOOKS = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@listSize"])
  type Query {
    book(id: ID): Book
    bestsellers: [Book] @listSize(assumedSize: 5)
    newestAdditions(after: ID, limit: Int!): [Book] @listSize(slicingArguments: ["limit"])
    signed(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
    sold: Int @cost(weight: 3)
  }
  type Subscription { published: [Book] @listSize(assumedSize: 5) }
  type Book { title: String author: Author publisher: Publisher sequels(limit: Int!): [Book] @listSize(slicingArguments: ["limit"]) }
  type Author { name: String }
  type Publisher { name: String address: Address }
  type Address @cost(weight: 5) { zipCode: Int! }
`);

const BOOK = {
  title: 'Emma',
  author: { name: 'Jane' },
  publisher: { name: 'Murray', address: { zipCode: 1 } },
};

/** Books with the weights of Apollo's documentation, behind routers as a test sets them. */
export class Bookshop {
  readonly published = new Bus<object[]>();
  /** Times that the subgraph was asked for something. */
  asked = 0;
  private readonly stops: Stop[] = [];
  private readonly routers: Stop[] = [];
  private supergraphFile = '';

  static async open(): Promise<Bookshop> {
    const shop = new Bookshop();
    const port = await freePort();
    shop.stops.push(
      await startSubgraph({
        port,
        schema: buildSubgraphSchema({ typeDefs: BOOKS, resolvers: shop.resolvers() as never }),
        context: () => {
          shop.asked += 1;
          return {};
        },
        log: createLog({ name: 'test', level: 'silent' }),
      }),
    );
    await shop.compose(`http://127.0.0.1:${port}/graphql`);
    return shop;
  }

  async close(): Promise<void> {
    await this.stopRouters();
    await stopAll(this.stops);
  }

  async stopRouters(): Promise<void> {
    await stopAll(this.routers.splice(0));
  }

  /** A router before the books. */
  async route(settings: NodeJS.ProcessEnv = {}): Promise<{ port: number; adminPort: number }> {
    const [port, adminPort] = await Promise.all([freePort(), freePort()]);
    const stop = await start({
      ROUTER_SUPERGRAPH_FILE: this.supergraphFile,
      PORT: String(port),
      ROUTER_ADMIN_PORT: String(adminPort),
      LOG_LEVEL: 'silent',
      ...settings,
    });
    this.routers.push(stop);
    return { port, adminPort };
  }

  private async compose(url: string): Promise<void> {
    const { supergraphSdl, errors } = composeServices([{ name: 'books', url, typeDefs: BOOKS }]);
    if (!supergraphSdl) throw new Error(errors?.join('\n'));
    const folder = await mkdtemp(join(tmpdir(), 'router-books-'));
    this.supergraphFile = join(folder, 'supergraph.graphql');
    await writeFile(this.supergraphFile, supergraphSdl);
    this.stops.push(() => rm(folder, { recursive: true }));
  }

  private resolvers(): object {
    return {
      Query: {
        book: () => BOOK,
        bestsellers: () => [BOOK],
        newestAdditions: () => [BOOK],
        sold: () => 7,
      },
      Book: {
        sequels: (_: unknown, { limit }: { limit: number }) => {
          if (limit < 0) throw invalidInput('`limit` must be at least 0.');
          return [];
        },
      },
      Subscription: {
        published: {
          subscribe: () => this.published.listen(),
          resolve: (books: object[]) => books,
        },
      },
    };
  }
}

/** What a client is sent who asks a router on that port. */
export async function ask(
  port: number,
  query: string,
  headers: HeadersInit = {},
  variables: object = {},
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, headers: response.headers, body };
}
