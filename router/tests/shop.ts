import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@apollo/composition';
import { SpyhopError, invalidInput } from '@spyhop/platform/errors';
import { LIVE_DIRECTIVES } from '@spyhop/platform/live-directives';
import { createLog } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { startSubgraph } from '@spyhop/platform/subgraph-server';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { Bus } from './bus';
import { Diary, type Entry } from './diary';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@shareable", "@external", "@requires", "@composeDirective", "@authenticated"])`;

const productsSdl = parse(`${LINK} ${LIVE_DIRECTIVES}
  type Query { products: [Product!]! product(id: ID!): Product broken: Int coded: Int }
  type Mutation { rename(id: ID!, name: String!): Product! }
  type Product @key(fields: "id") { id: ID! name: String! price: Float! text: String maker: Maker! }
  type Maker @key(fields: "country code") { country: String! code: Int! }
  type Bundle { title: String! products: [Product!]! }
  union Offer = Product | Bundle
  enum Mood { CALM WILD }
  input Filter { mood: Mood = CALM, above: Float }
  type Note { text: String! }
  type Entry { cursor: ID! text: String! on: Product! }
  type Subscription {
    priceChanged(ids: [ID!]!, filter: Filter): Product!
      @conflate @replayLast @splitBy(argument: "ids", maxElements: 50)
    pricesChanged: [Product!]! @conflate @replayLast
    tablePriced(ids: [ID!]!): [Product!]!
      @conflate(key: "id", maxHz: 20) @replayLast @splitBy(argument: "ids")
    offered: Offer!
    noted: Note! @conflate @replayLast
    logged(topics: [String!] = ["all"]): Note! @splitBy(argument: "topics")
    whispered: Note! @authenticated @conflate @replayLast
    written(after: ID): Entry! @resumable
    faulty: Product
    refused(why: String!): Int
    counted(to: Int!): Int!
    countedEach(to: [Int!]!): Int! @splitBy(argument: "to")
  }
`);

const reviewsSdl = parse(`${LINK}
  type Product @key(fields: "id") {
    id: ID!
    rating(scale: Int = 5): Float
    stock: Int!
    reviews(first: Int = 2): [Review!]!
    price: Float! @external
    label: String @requires(fields: "price")
  }
  type Review { body: String! author: User! }
  type User @key(fields: "id") { id: ID! }
  type Query { reviewers: [User!]! }
`);

const usersSdl = parse(`${LINK}
  type User @key(fields: "id") { id: ID! name: String! }
  type Maker @key(fields: "country code") { country: String! code: Int! title: String! }
  type Query { me: User }
`);

/** An event of the shop: the newest state of a product. */
export interface ProductEvent {
  id: string;
  price: number;
  text?: string;
}

const NAMES: Record<string, string> = { '1': 'Lamp', '2': 'Chair', '3': 'Table' };

const product = ({ id, price, text }: ProductEvent): object => ({
  __typename: 'Product',
  id,
  price,
  text: text ?? null,
  name: NAMES[id] ?? `Product ${id}`,
  maker: { country: 'NL', code: Number(id) },
});

/** Three subgraphs that know parts of the same products, with events that tests publish. */
export class Shop {
  readonly prices = new Bus<ProductEvent>();
  readonly lists = new Bus<ProductEvent[]>();
  readonly offers = new Bus<object>();
  readonly notes = new Bus<{ text: string }>();
  readonly whispers = new Bus<{ text: string }>();
  readonly faults = new Bus<ProductEvent>();
  readonly logs = new Bus<{ topic: string; text: string }>();
  readonly diary = new Diary();
  /** Ids in every request for entities of `reviews`, in the order asked. */
  readonly ratedIds: string[][] = [];
  /** Held by a test to keep `reviews` from answering. */
  gate: Promise<void> = Promise.resolve();
  ratingFails: 'no' | 'coded' | 'unexpected' = 'no';
  private readonly stops = new Map<string, Stop>();

  static readonly subgraphs = ['products', 'reviews', 'users'] as const;

  constructor(readonly ports: Record<(typeof Shop.subgraphs)[number], number>) {}

  static compose(urls: Record<string, string>): string {
    const sdl: Record<string, DocumentNode> = {
      products: productsSdl,
      reviews: reviewsSdl,
      users: usersSdl,
    };
    const { supergraphSdl, errors } = composeServices(
      Shop.subgraphs.map((name) => ({
        name,
        url: urls[name] ?? 'http://127.0.0.1:1/graphql',
        typeDefs: sdl[name] ?? productsSdl,
      })),
    );
    if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
    return supergraphSdl;
  }

  async start(name: (typeof Shop.subgraphs)[number]): Promise<void> {
    this.stops.set(
      name,
      await startSubgraph({
        port: this.ports[name],
        schema: this.schemas()[name],
        context: () => ({ rated: this.openBatch() }),
        log: createLog({ name, level: 'silent' }),
      }),
    );
  }

  async stop(name: (typeof Shop.subgraphs)[number]): Promise<void> {
    await this.stops.get(name)?.();
    this.stops.delete(name);
  }

  async stopAll(): Promise<void> {
    for (const name of Shop.subgraphs) await this.stop(name);
  }

  /** Subscriptions that the products have, of whatever event. */
  get listening(): number {
    const { prices, lists, offers, notes, whispers, faults, logs, diary } = this;
    return [prices, lists, offers, notes, whispers, faults, logs, diary].reduce(
      (sum, bus) => sum + bus.listening,
      0,
    );
  }

  /** Batches in which something was asked. */
  get ratings(): string[][] {
    return this.ratedIds.filter((batch) => batch.length > 0);
  }

  private openBatch(): string[] {
    const batch: string[] = [];
    this.ratedIds.push(batch);
    return batch;
  }

  private schemas(): Record<(typeof Shop.subgraphs)[number], GraphQLSchema> {
    return {
      products: subgraph(productsSdl, this.productResolvers()),
      reviews: subgraph(reviewsSdl, this.reviewResolvers()),
      users: subgraph(usersSdl, userResolvers),
    };
  }

  private productResolvers(): object {
    return {
      Query: {
        products: () => ['1', '2', '3'].map((id) => product({ id, price: 10 * Number(id) })),
        product: (_: unknown, { id }: { id: string }) => product({ id, price: 10 * Number(id) }),
        broken: () => {
          throw new Error('SELECT secret FROM passwords');
        },
        coded: () => {
          throw invalidInput('`first` must be 1 to 5.', { allowed: [1, 5] });
        },
      },
      Mutation: {
        rename: (_: unknown, { id, name }: { id: string; name: string }) => ({
          ...product({ id, price: 1 }),
          name,
        }),
      },
      Product: { __resolveReference: ({ id }: { id: string }) => product({ id, price: 5 }) },
      Offer: {
        __resolveType: (offer: { title?: string }) => (offer.title ? 'Bundle' : 'Product'),
      },
      Subscription: {
        priceChanged: {
          subscribe: (_: unknown, { ids }: { ids: string[] }) => this.pricesOf(ids),
          resolve: product,
        },
        pricesChanged: {
          subscribe: () => this.lists.listen(),
          resolve: (events: ProductEvent[]) => events.map(product),
        },
        tablePriced: {
          subscribe: (_: unknown, { ids }: { ids: string[] }) => this.pricesOf(ids),
          resolve: (event: ProductEvent) => [product(event)],
        },
        logged: {
          subscribe: (_: unknown, { topics }: { topics: string[] | null }) =>
            topics
              ? only(this.logs.listen(), ({ topic }) => topics.includes(topic))
              : refuse('There must be topics.'),
          resolve: (event: object) => event,
        },
        written: {
          subscribe: (_: unknown, { after = null }: { after?: string | null }) =>
            this.diary.readAfter(after),
          resolve: (entry: Entry) => ({ ...entry, on: product({ id: entry.cursor, price: 1 }) }),
        },
        offered: { subscribe: () => this.offers.listen(), resolve: (offer: object) => offer },
        whispered: {
          subscribe: () => this.whispers.listen(),
          resolve: (note: object) => note,
        },
        noted: { subscribe: () => this.notes.listen(), resolve: (note: object) => note },
        faulty: {
          subscribe: () => this.faults.listen(),
          resolve: (event: ProductEvent) => {
            if (event.price < 0) throw new SpyhopError('CONFLICT', 'A price below nothing.');
            return product(event);
          },
        },
        refused: { subscribe: (_: unknown, { why }: { why: string }) => refuse(why) },
        countedEach: {
          subscribe: async function* (_: unknown, { to }: { to: number[] }) {
            for (const most of to) for (let n = 1; n <= most; n += 1) yield n;
          },
          resolve: (n: number) => n,
        },
        counted: {
          subscribe: async function* (_: unknown, { to }: { to: number }) {
            for (let n = 1; n <= to; n += 1) yield n;
          },
          resolve: (n: number) => n,
        },
      },
    };
  }

  private pricesOf(ids: readonly string[]): AsyncIterableIterator<ProductEvent> {
    return ids.includes('unknown')
      ? refuse('There is no product "unknown".')
      : only(this.prices.listen(), ({ id }) => ids.includes(id));
  }

  private reviewResolvers(): object {
    return {
      Query: { reviewers: () => [{ id: 'a' }, { id: 'b' }] },
      Product: {
        __resolveReference: async (
          { id, price }: { id: string; price?: number },
          { rated }: { rated: string[] },
        ) => {
          rated.push(id);
          await this.gate;
          return { id, price };
        },
        rating: ({ id }: { id: string }, { scale }: { scale: number }) => {
          if (this.ratingFails === 'coded') throw new SpyhopError('CONFLICT', 'Being counted.');
          if (this.ratingFails === 'unexpected') throw new Error('host db-7 refused');
          return (Number(id) * scale) / 10;
        },
        stock: ({ id }: { id: string }) => (id === 'gone' ? null : Number(id)),
        label: ({ price }: { price?: number }) => `€ ${price}`,
        reviews: ({ id }: { id: string }, { first }: { first: number }) =>
          ['a', 'b', 'a'].slice(0, first).map((author, index) => ({
            body: `review ${index} of ${id}`,
            author: { id: author },
          })),
      },
    };
  }
}

const userResolvers = {
  Query: { me: () => ({ id: 'a', name: 'Ann' }) },
  User: {
    __resolveReference: ({ id }: { id: string }) => ({ id, name: id === 'a' ? 'Ann' : 'Bob' }),
  },
  Maker: {
    __resolveReference: (maker: { country: string; code: number }) => ({
      ...maker,
      title: `${maker.country}-${maker.code}`,
    }),
  },
};

const subgraph = (typeDefs: DocumentNode, resolvers: object): GraphQLSchema =>
  buildSubgraphSchema({ typeDefs, resolvers: resolvers as never });

function refuse(why: string): never {
  throw invalidInput(why);
}

/** A generator would not end before its next event. */
function only<Event>(
  source: AsyncIterableIterator<Event>,
  wanted: (event: Event) => boolean,
): AsyncIterableIterator<Event> {
  return {
    next: async () => {
      for (;;) {
        const event = await source.next();
        if (event.done || wanted(event.value)) return event;
      }
    },
    return: () => source.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    throw: () => source.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
