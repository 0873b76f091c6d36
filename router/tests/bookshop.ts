import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createLog } from '@spyhop/platform/log';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { startSubgraph } from '@spyhop/platform/subgraph-server';
import { freePort } from '@spyhop/platform/testkit/ports';
import { parse } from 'graphql';
import { start } from '../main';
import { Bus } from './bus';

/** https://www.apollographql.com/docs/graphos/routing/security/demand-control, and an event. */
const BOOKS = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@listSize"])
  type Query {
    book(id: ID): Book
    bestsellers: [Book] @listSize(assumedSize: 5)
    newestAdditions(after: ID, limit: Int!): [Book] @listSize(slicingArguments: ["limit"])
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
  sequels: [],
};

/** Books with the weights of Apollo's documentation, behind routers as a test sets them. */
export class Bookshop {
  readonly published = new Bus<object[]>();
  /** Times that the subgraph was asked for something. */
  asked = 0;
  private readonly stops: Stop[] = [];
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

  close(): Promise<void> {
    return stopAll(this.stops);
  }

  /** A router before the books. Returns its port; health and metrics are 10 above. */
  async route(settings: NodeJS.ProcessEnv = {}): Promise<number> {
    const [port, adminPort] = await Promise.all([freePort(), freePort()]);
    const stop = await start({
      ROUTER_SUPERGRAPH_FILE: this.supergraphFile,
      PORT: String(port),
      ROUTER_ADMIN_PORT: String(adminPort),
      LOG_LEVEL: 'silent',
      ...settings,
    });
    this.stops.push(stop);
    return port;
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
      Subscription: {
        published: {
          subscribe: () => this.published.listen(),
          resolve: (books: object[]) => books,
        },
      },
    };
  }
}
