/* A market of two subgraphs: prices, which are events, and indicators on the same assets. */
import { composeServices } from '@apollo/composition';
import { LIVE_DIRECTIVES } from '@spyhop/platform/live-directives';
import { parse } from 'graphql';

export const SYMBOLS = Array.from({ length: 200 }, (_, n) => `C${100 + n}`);

/** Of one client's list. */
export const SYMBOLS_PER_CLIENT = 20;

/** Times a second that a client of `pricesTicked` gets a frame at most. */
export const FRAMES_PER_SECOND = 4;

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@composeDirective"])';

const ticksSdl = `${LINK}
  ${LIVE_DIRECTIVES}
  type Query { symbols: [String!]! }
  type Asset @key(fields: "symbol") { symbol: ID! price: String! change: Float! volume: String! }
  type Subscription {
    priceTicked: Asset! @conflate
    pricesTicked(symbols: [String!]!): [Asset!]!
      @conflate(maxHz: ${FRAMES_PER_SECOND}) @splitBy(argument: "symbols")
  }`;
const indicatorsSdl = `${LINK}
  type Query { ready: Boolean! }
  type Trend { sign: Int! strength: Float! }
  type Asset @key(fields: "symbol") { symbol: ID! volatility: Float! trend: Trend! }`;

/** The supergraph's SDL with both subgraphs on a port; a note makes it another one. */
export function composeMarket(port: number, note = ''): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'ticks', url: `http://127.0.0.1:${port}/ticks`, typeDefs: parse(ticksSdl) },
    {
      name: 'indicators',
      url: `http://127.0.0.1:${port}/indicators`,
      typeDefs: parse(`${indicatorsSdl} """${note}""" enum Note { TAKEN }`),
    },
  ]);
  if (supergraphSdl === undefined) throw new Error(String(errors));
  return supergraphSdl;
}

export interface Tick {
  symbol: string;
  price: string;
  change: number;
  volume: string;
}

/** Every event is equally long, so that bytes tell how many arrived. */
export const tickOf = (n: number, symbol = SYMBOLS[n % SYMBOLS.length] ?? ''): Tick => ({
  symbol,
  price: `${10_000 + (n % 90_000)}.25`,
  change: 1.25,
  volume: '123456789.12',
});

/** What the other subgraph adds. */
export const INDICATORS = { volatility: 0.4375, trend: { sign: 1, strength: 0.625 } };

const FIELDS = '{ symbol price change volume volatility trend { sign strength } }';
export const PRICE_TICKED = `subscription Price { priceTicked ${FIELDS} }`;
export const PRICES_TICKED = `subscription Prices($symbols: [String!]!) { pricesTicked(symbols: $symbols) ${FIELDS} }`;

/** The text of a client's frame. */
export const priceMessage = (id: string, tick: Tick): string =>
  messageOf(id, { priceTicked: { ...tick, ...INDICATORS } });

export const pricesMessage = (id: string, ticks: readonly Tick[]): string =>
  messageOf(id, { pricesTicked: ticks.map((tick) => ({ ...tick, ...INDICATORS })) });

const messageOf = (id: string, data: object): string =>
  JSON.stringify({ id, type: 'next', payload: { data } });
