import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What the server answers to a request of v1. */
export interface RestAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

/** A local server that speaks Whale Alert's protocols, as far as a test tells it what to say. */
export interface WhaleAlertServer {
  restHost: string;
  socketHost: string;
  /** Queries of v1, the newest last. */
  asked: URLSearchParams[];
  /** Answers to v1, in turn; then an empty page. */
  answers: RestAnswer[];
  /** What clients of the socket have said, parsed. */
  said: Record<string, unknown>[];
  /** Connections of the socket so far. */
  connections: () => number;
  /** What is sent to whoever subscribes; a confirmation unless it is changed. */
  greeting: string;
  tell: (text: string) => void;
  /** Drops all connections without a word. */
  drop: () => void;
  close: () => Promise<void>;
}

const EMPTY: RestAnswer = { body: '{"result":"success","cursor":"none","count":0}' };
const CONFIRMED = '{"id":"8QFdN74g","type":"subscribed_alerts","min_value_usd":250000}';

export async function startWhaleAlert(): Promise<WhaleAlertServer> {
  const sockets = new Set<WebSocket>();
  let connections = 0;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '', 'http://localhost');
    server.asked.push(url.searchParams);
    const { status = 200, headers = {}, body } = server.answers.shift() ?? EMPTY;
    response.writeHead(status, headers).end(body);
  };
  const http = createServer(answer);
  const live = new WebSocketServer({ server: http, path: '/ws' });
  live.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', (data) => {
      server.said.push(JSON.parse((data as Buffer).toString()) as Record<string, unknown>);
      socket.send(server.greeting);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const server: WhaleAlertServer = {
    restHost: `http://127.0.0.1:${port}`,
    socketHost: `ws://127.0.0.1:${port}`,
    ...{ asked: [], answers: [], said: [], greeting: CONFIRMED },
    connections: () => connections,
    tell: (text) => sockets.forEach((socket) => socket.send(text)),
    drop: () => sockets.forEach((socket) => socket.terminate()),
    close: async () => {
      sockets.forEach((socket) => socket.terminate());
      live.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}
