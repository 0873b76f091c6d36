import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildSchema, GraphQLError, type GraphQLSchema } from 'graphql';
import { accountMutations, type MockAccount } from './mock-account.ts';
import { MockMarket, type MockAsset, type MockTrade } from './mock-market.ts';
import { type MockWhale, whalePage } from './mock-whales.ts';

/** What the mock feed says about itself; tests change it to see how the web reacts. */
export interface MockFeed {
  source: 'LIVE' | 'REPLAY' | 'SIMULATED';
  state: 'STARTING' | 'RUNNING' | 'STALE' | 'RECONNECTING' | 'ENDED';
  message: string;
  /** Milliseconds. */
  ageMs: number;
}

/** Live events by topic, e.g. `prices`, `trade:BTC`. */
export class MockEvents {
  readonly #listeners = new Map<string, Set<(event: unknown) => void>>();

  publish(topic: string, event: unknown): void {
    this.#listeners.get(topic)?.forEach((listener) => listener(event));
  }

  /** Whether anybody waits for events of this topic. */
  heard(topic: string): boolean {
    return (this.#listeners.get(topic)?.size ?? 0) > 0;
  }

  async *stream(topic: string): AsyncGenerator<unknown> {
    const waiting: unknown[] = [];
    let wake: () => void = () => undefined;
    const listener = (event: unknown) => {
      waiting.push(event);
      wake();
    };
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    try {
      for (;;) {
        if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        yield waiting.shift();
      }
    } finally {
      listeners.delete(listener);
    }
  }
}

/** A market, its feed and its events behind the API's own schema. */
export interface MockBackend {
  market: MockMarket;
  feed: MockFeed;
  events: MockEvents;
  trades: Map<string, MockTrade[]>;
  whales: MockWhale[];
  whaleFeed: 'LIVE' | 'SIMULATED';
  /** Wallets with what the viewer calls them. */
  labelledWallets: { id: string; ownLabel: object }[];
  /** Who is signed in; null for nobody. */
  account: MockAccount | null;
  /** Fields of Query and Mutation that answer with an error, by name. */
  failing: Set<string>;
  /** What tests add: resolvers of Query and Mutation, and of Subscription, by field. */
  others: { asked: Record<string, unknown>; followed: Record<string, unknown> };
}

export const LIVE_FEED: MockFeed = {
  source: 'LIVE',
  state: 'RUNNING',
  message: 'Live prices from Binance.',
  ageMs: 400,
};

/** A backend with moving figures as of `now` (epoch ms). */
export function createMockBackend(now: () => number, size?: number): MockBackend {
  return {
    market: new MockMarket(now, 7, size),
    feed: { ...LIVE_FEED },
    events: new MockEvents(),
    trades: new Map(),
    whales: [],
    whaleFeed: 'SIMULATED',
    labelledWallets: [],
    account: null,
    failing: new Set(),
    others: { asked: {}, followed: {} },
  };
}

const API_SCHEMA = resolve(import.meta.dirname, '../../api.graphql');

/** A page of a list, as the API gives it. */
export function connection<T>(
  nodes: readonly T[],
  cursorOf: (node: T) => string,
  hasNextPage: boolean,
) {
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    totalCount: nodes.length,
    pageInfo: {
      hasNextPage,
      hasPreviousPage: false,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function feedStatus({ market, feed }: MockBackend) {
  const arrived = new Date(market.now() - feed.ageMs).toISOString();
  return {
    ...feed,
    newestTickAt: arrived,
    marketTime: arrived,
    symbols: market.assets.length,
  };
}

function globalMarket({ market }: MockBackend) {
  const sum = (pick: (asset: MockAsset) => string | null) =>
    market.assets.reduce((total, asset) => total + Number(pick(asset) ?? 0), 0);
  const cap = sum((asset) => asset.marketCap);
  const share = (symbol: string) => (100 * Number(market.asset(symbol)?.marketCap ?? 0)) / cap;
  return {
    marketCap: cap.toFixed(0),
    volume24h: sum((asset) => asset.volume24h).toFixed(0),
    marketCapChange24h: market.assets[0]?.change24h ?? null,
    btcDominance: share('BTC'),
    ethDominance: share('ETH'),
    assets: market.assets.length,
    updatedAt: new Date(market.now()).toISOString(),
  };
}

interface CandleArguments {
  symbol: string;
  interval: string;
  first: number;
  after?: string | null;
}

function queries(backend: MockBackend) {
  const { market, trades } = backend;
  const known = (symbol: string): MockAsset => {
    const asset = market.asset(symbol);
    if (asset) return asset;
    throw new GraphQLError(`There is no asset "${symbol}".`, { extensions: { code: 'NOT_FOUND' } });
  };
  return {
    asset: ({ symbol }: { symbol: string }) => known(symbol),
    assets: ({ first }: { first: number }) =>
      connection(market.assets.slice(0, first), (asset) => asset.symbol, false),
    candles: ({ symbol, interval, first, after }: CandleArguments) => {
      const before = after ? Number(after) : market.now();
      const rows = market.candles(known(symbol).symbol, interval, before, first);
      return connection(rows, (candle) => String(Date.parse(candle.openTime)), true);
    },
    trades: ({ symbol, first }: { symbol: string; first: number }) => {
      const kept = trades.get(known(symbol).symbol) ?? [];
      return connection(kept.slice(0, first), (trade) => trade.id, false);
    },
    globalMarket: () => globalMarket(backend),
    exchangeRates: {
      base: 'USD',
      at: '2025-11-21T12:00:00.000Z',
      source: 'SIMULATED',
      rates: [
        { currency: 'EUR', perDollar: '0.869' },
        { currency: 'USD', perDollar: '1' },
      ],
    },
    movers: ({ window, first }: { window: string; first: number }) => {
      const byChange = [...market.assets].sort((a, b) => b.change24h - a.change24h);
      return {
        window,
        gainers: byChange.slice(0, first),
        losers: byChange.reverse().slice(0, first),
      };
    },
    trending: ({ first }: { first: number }) => market.assets.slice(3, 3 + first),
    search: ({ query, first }: { query: string; first: number }) => {
      const wanted = query.toLowerCase();
      const hit = ({ symbol, name }: MockAsset) =>
        symbol.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted);
      return market.assets.filter(hit).slice(0, first);
    },
    feedStatus: () => feedStatus(backend),
    whaleTransactions: (asked: Parameters<typeof whalePage>[1]) => whalePage(backend.whales, asked),
    whaleTransaction: ({ id }: { id: string }) => {
      const whale = backend.whales.find((each) => each.id === id);
      if (whale) return whale;
      throw new GraphQLError('There is no such transaction.', {
        extensions: { code: 'NOT_FOUND' },
      });
    },
    flowRecordings: [],
    exchangeFlows: () => ({ buckets: [], exchanges: [], counterparties: [] }),
    labelledWallets: () => backend.labelledWallets,
    whaleFeedStatus: () => ({
      ...{ kind: backend.whaleFeed, state: 'RUNNING', message: 'Simulated whales: no real ones.' },
      sources: [],
    }),
    me: () => backend.account,
  };
}

/** A stream with what `pick` makes of each event; null is left out. */
export async function* mapped<T>(
  source: AsyncGenerator<unknown>,
  pick: (event: unknown) => T | null,
) {
  for await (const event of source) {
    const value = pick(event);
    if (value !== null) yield value;
  }
}

/** Large transactions behind a cursor, then those that move. */
export async function* movedBehind(backend: MockBackend, after: string | null) {
  const missed = backend.whales.filter(
    ({ cursor }) => after !== null && Number(cursor) > Number(after),
  );
  for (const whaleMoved of missed) yield { whaleMoved };
  yield* mapped(backend.events.stream('whales'), (whaleMoved) => ({ whaleMoved }));
}

function subscriptions(backend: MockBackend) {
  const { market, events } = backend;
  const ticked = (symbols: string[], event: unknown) =>
    (event as string[]).filter((symbol) => symbols.includes(symbol)).map((it) => market.asset(it));
  return {
    pricesTicked: ({ symbols }: { symbols: string[] }) =>
      mapped(events.stream('prices'), (event) => {
        const pricesTicked = ticked(symbols, event);
        return pricesTicked.length > 0 ? { pricesTicked } : null;
      }),
    priceTicked: ({ symbols }: { symbols: string[] }) =>
      mapped(events.stream('prices'), (event) => {
        const priceTicked = ticked(symbols, event)[0];
        return priceTicked ? { priceTicked } : null;
      }),
    tradePrinted: ({ symbol }: { symbol: string }) =>
      mapped(events.stream(`trade:${symbol}`), (tradePrinted) => ({ tradePrinted })),
    candleUpdated: ({ symbol, interval }: { symbol: string; interval: string }) =>
      mapped(events.stream('prices'), (event) => {
        if (!(event as string[]).includes(symbol)) return null;
        return { candleUpdated: market.candles(symbol, interval, market.now() + 1, 1)[0] };
      }),
    whaleMoved: ({ after }: { after?: string | null }) => movedBehind(backend, after ?? null),
    watchlistsChanged: () =>
      mapped(events.stream('watchlists'), () => ({ watchlistsChanged: backend.account })),
    feedStatusChanged: () =>
      mapped(events.stream('feed'), () => ({ feedStatusChanged: feedStatus(backend) })),
  };
}

/** Only the fields that a test wants to fail, as resolvers that do. */
function failable<T extends Record<string, unknown>>(fields: T, failing: ReadonlySet<string>): T {
  return new Proxy(fields, {
    get: (target, name, self) => {
      if (typeof name === 'string' && failing.has(name)) {
        return () => {
          throw new GraphQLError('Something went wrong.', { extensions: { code: 'INTERNAL' } });
        };
      }
      return Reflect.get(target, name, self) as unknown;
    },
  });
}

/** The API's schema over a mock backend, with what executes queries and subscriptions on it. */
export function createMockSchema(backend: MockBackend): {
  schema: GraphQLSchema;
  queryRoot: Record<string, object>;
  mutationRoot: Record<string, object>;
  subscriptionRoot: Record<string, object>;
} {
  const { account, events, others } = backend;
  return {
    schema: buildSchema(readFileSync(API_SCHEMA, 'utf8')),
    queryRoot: failable({ ...queries(backend), ...others.asked }, backend.failing),
    mutationRoot: account
      ? failable({ ...accountMutations(account, events), ...others.asked }, backend.failing)
      : {},
    subscriptionRoot: { ...subscriptions(backend), ...others.followed },
  };
}

/** Prints a trade of `symbol`: kept, announced, and its price ticked. */
export function printTrade({ market, trades, events }: MockBackend, symbol: string): void {
  const trade = market.trade(symbol);
  trades.set(symbol, [trade, ...(trades.get(symbol) ?? [])].slice(0, 500));
  events.publish(`trade:${symbol}`, trade);
}
