import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A transaction of a chain, as v2 tells of it. */
export interface MinedTransaction {
  height: number;
  index_in_block: number;
  [field: string]: unknown;
}

/** 600,000 dollars to Kraken, in seconds; another one for each height and index. */
export const dollarsToKraken = (
  height: number,
  index: number,
  timestamp: number,
): MinedTransaction => ({
  ...{ height, index_in_block: index, timestamp, fee_symbol: 'X' },
  hash: `${height}${index}`.padStart(64, '0'),
  sub_transactions: [
    {
      ...{ symbol: 'USDT', unit_price_usd: '1', transaction_type: 'transfer' },
      inputs: [{ amount: '600000', owner_type: 'unknown' }],
      outputs: [{ amount: '600000', owner: 'kraken', owner_type: 'exchange' }],
    },
  ],
});

/**
 * A local server with chains of its own, read by v2's rules: by height and index, a page at most at a time. Its socket
 * is at the same host.
 */
export interface WhaleAlertV2Server {
  host: string;
  socketHost: string;
  /** Those that have subscribed and are there. */
  listeners: () => number;
  /** Has a transaction be on a chain, and tells of it whoever listens. */
  happen: (chain: string, mined: MinedTransaction) => void;
  /** Resolves once whoever listens has heard all that was told. */
  heard: () => Promise<void>;
  /** Drops all connections of the socket without a word. */
  drop: () => void;
  /** Unknown chains are refused. */
  chains: Map<string, MinedTransaction[]>;
  /** Calls that are answered before the quota is used up. */
  quota: number;
  /** Paths with their queries, the newest last. */
  asked: URL[];
  close: () => Promise<void>;
}

const KEY = 'secret';
/** The height that the chains had an hour ago. */
const HEIGHT = 100;

export async function startWhaleAlertV2(): Promise<WhaleAlertV2Server> {
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    server.asked.push(url);
    const { status, body, headers = {} } = answerTo(url);
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  const answerTo = (
    url: URL,
  ): { status: number; body: unknown; headers?: Record<string, string> } => {
    if (url.searchParams.get('api_key') !== KEY) {
      return { status: 401, body: { error: 'invalid api key' } };
    }
    if (server.quota <= 0) return { status: 429, body: {}, headers: { 'retry-after': '600' } };
    server.quota -= 1;
    const [, chain = '', what] = url.pathname.split('/');
    const mined = server.chains.get(chain);
    if (mined === undefined) return { status: 422, body: { error: `no such chain` } };
    if (what === 'height_at_time') return { status: 200, body: { height: HEIGHT } };
    return { status: 200, body: pageOf(mined, url.searchParams) };
  };
  const sockets = new Set<WebSocket>();
  const live = new WebSocketServer({ server: http, path: '/ws' });
  live.on('connection', (socket) => {
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', () => {
      sockets.add(socket);
      socket.send('{"id":"8QFdN74g","type":"subscribed_alerts"}');
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const server: WhaleAlertV2Server = {
    host: `http://127.0.0.1:${port}`,
    socketHost: `ws://127.0.0.1:${port}`,
    listeners: () => sockets.size,
    happen: (chain, mined) => {
      server.chains.set(chain, [...(server.chains.get(chain) ?? []), mined]);
      const text = JSON.stringify(alertOf(chain, mined));
      for (const socket of sockets) socket.send(text);
    },
    heard: async () =>
      void (await Promise.all(
        [...sockets].map((socket) => {
          const answered = new Promise((resolve) => socket.once('pong', resolve));
          socket.ping();
          return answered;
        }),
      )),
    drop: () => sockets.forEach((socket) => socket.terminate()),
    ...{ chains: new Map(), quota: Infinity, asked: [] },
    close: async () => {
      sockets.forEach((socket) => socket.terminate());
      live.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

/** As the socket tells of it: a summary, and the transaction as v2 has it. */
const alertOf = (blockchain: string, transaction: MinedTransaction): object => ({
  ...{ type: 'alert', channel_id: '8QFdN74g', timestamp: transaction['timestamp'], blockchain },
  ...{ transaction_type: 'transfer', from: 'unknown wallet', to: 'kraken', text: '' },
  ...{ amounts: [{ symbol: 'USDT', amount: 600_000, value_usd: 600_000 }], transaction },
});

function pageOf(mined: readonly MinedTransaction[], query: URLSearchParams): object {
  const number = (name: string): number => Number(query.get(name));
  const isBehind = ({ height, index_in_block: index }: MinedTransaction): boolean =>
    height > number('start_height') ||
    (height === number('start_height') && index >= number('start_index'));
  const all = mined.filter(isBehind);
  const page = all.slice(0, Math.min(number('limit'), 256));
  // The key is missing where there are none.
  if (page.length === 0) return {};
  return { transactions: page, ...(all.length > page.length ? { next: 'opaque' } : {}) };
}
