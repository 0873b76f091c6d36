import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A local server of Binance's combined streams, as far as a test tells it what to say. */
export interface BinanceServer {
  host: string;
  /** Streams that each connection has asked for, the newest last. */
  asked: string[][];
  /** Connections that stand. */
  open: () => number;
  /** Says it on all connections. */
  tell: (stream: string, data: object) => void;
  /** Drops all connections without a word. */
  drop: () => void;
  close: () => Promise<void>;
}

export async function startBinance(): Promise<BinanceServer> {
  const asked: string[][] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (_: WebSocket, request: IncomingMessage) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    if (pathname === '/stream') asked.push((searchParams.get('streams') ?? '').split('/'));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    host: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    open: () => server.clients.size,
    tell: (stream, data) => {
      for (const socket of server.clients) socket.send(JSON.stringify({ stream, data }));
    },
    drop: () => {
      for (const socket of server.clients) socket.terminate();
    },
    close: async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One order's trades at one price, as the exchange's documentation has them. */
export const trade = (
  a: number,
  p: string,
  q: string,
  T: number,
  m = false,
  s = 'BTCUSDT',
): object => ({
  ...{ e: 'aggTrade', E: T + 1, s, a, p, q, f: 10 * a, l: 10 * a + 2, T, m, M: true },
});
