import { chunks } from '../chunks';

/** Binance closes a connection that asks for more. */
export const STREAMS_PER_CONNECTION = 1024;

const STREAMS_PER_MESSAGE = 200;

/** The streams that keep these pairs (BTCUSDT) live: 24 h figures of all, trades and minutes of each. */
export const streamsOf = (pairs: readonly string[]): string[] => [
  '!miniTicker@arr',
  ...pairs.flatMap((pair) => [`${pair.toLowerCase()}@aggTrade`, `${pair.toLowerCase()}@kline_1m`]),
];

/** Spreads streams evenly over as few connections as the limit allows, so that none is nearly silent. */
export function shardStreams(
  streams: readonly string[],
  limit = STREAMS_PER_CONNECTION,
): string[][] {
  const shards = Math.ceil(streams.length / limit);
  return chunks(streams, Math.ceil(streams.length / shards));
}

/** The SUBSCRIBE messages for one connection, numbered from 1. */
export const subscribeMessages = (streams: readonly string[]): string[] =>
  chunks(streams, STREAMS_PER_MESSAGE).map((params, index) =>
    JSON.stringify({ method: 'SUBSCRIBE', params, id: index + 1 }),
  );
