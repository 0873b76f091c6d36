import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import type { Stop } from '@spyhop/platform/shutdown';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { RefusedEarly } from '../execute/told';
import type { ClientHeaders } from '../guard/header-rules';
import { networkOf } from '../guard/payer';
import { type Spread, spreadOver } from '../live/spread';
import { Tally } from '../live/tally';
import type { RouterMetrics } from '../metrics';
import {
  Connection,
  type ConnectionLimits,
  type ConnectionServices,
  type Credentials,
} from './connection';
import type { AddressOf } from './client-address';
import { isAllowedOrigin } from './origins';
import { requestIdOf } from './request-id';

/** Serves operations over WebSockets. */
export interface SocketServer extends Omit<
  ConnectionServices,
  'identify' | 'openedWith' | 'address' | 'headersOf'
> {
  server: Server;
  path: string;
  /** Null for nobody. Rejects with a SpyhopError for credentials that are not accepted. */
  identify: (
    credentials: Credentials | undefined,
    address: string,
  ) => ReturnType<ConnectionServices['identify']>;
  addressOf: AddressOf;
  /** What subgraphs may get of headers or of what stands for them, and of the address that they come from. */
  headersOf: (source: Credentials | undefined, address: string | null) => ClientHeaders | null;
  origins: ReadonlySet<string>;
  limits: ConnectionLimits & {
    messageBytes: number;
    /** In all. */
    connections: number;
    connectionsPerAddress: number;
  };
  /** How fast clients are sent away when the server stops. */
  spread: Spread;
  /** Milliseconds that queries and mutations under way get to be answered then. */
  drainMs: number;
  /** Milliseconds between pings; who has not answered one when the next is due is gone. */
  heartbeatMs: number;
  metrics: RouterMetrics;
  /** Told of those who get no WebSocket. */
  refused: (request: RefusedEarly) => void;
}

/** How long a client that is sent away may take to say that it goes. */
const FAREWELL_MS = 1_000;
const GOING_AWAY = [1_001, 'Going away'] as const;

const LEGACY_PROTOCOL = 'graphql-ws';

/** Accepts graphql-transport-ws on `path`; other subprotocols are told so and closed. */
export function serveWebSockets(options: SocketServer): Stop {
  const { server, path, origins, limits, addressOf } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    handleProtocols: chooseProtocol,
  });
  const connections = new Set<Connection>();
  const awaitingPong = new WeakSet<WebSocket>();
  const byNetwork = new Tally();
  const refusalOf = (request: IncomingMessage, network: string): string | null => {
    if (pathOf(request) !== path) return '404 Not Found';
    if (!isAllowedOrigin(request, origins)) return '403 Forbidden';
    if (byNetwork.of(network) >= limits.connectionsPerAddress) return '429 Too Many Requests';
    return sockets.clients.size >= limits.connections ? '503 Service Unavailable' : null;
  };
  const refuse = (request: IncomingMessage, wire: Duplex, refusal: string): void => {
    refuseUpgrade(wire, refusal);
    const requestId = requestIdOf(request.headers['x-request-id']);
    const status = Number.parseInt(refusal, 10);
    options.refused({ requestId, address: addressOf(request), status, ms: 0 });
  };
  const upgrade = (request: IncomingMessage, wire: Duplex, head: Buffer): void => {
    const network = networkOf(addressOf(request));
    const refusal = refusalOf(request, network);
    if (refusal) return refuse(request, wire, refusal);
    sockets.handleUpgrade(request, wire, head, (socket) => {
      socket.once('close', byNetwork.add(network));
      socket.on('pong', () => awaitingPong.delete(socket));
      const connection = accept(socket, wire, request, options);
      if (!connection) return;
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
    });
  };
  server.on('upgrade', upgrade);
  const heartbeat = setInterval(() => beat(sockets.clients, awaitingPong), options.heartbeatMs);
  return async () => {
    clearInterval(heartbeat);
    server.off('upgrade', upgrade);
    await sayGoodbye(sockets, connections, options);
  };
}

/** An unknown subprotocol is accepted just to be closed with a reason that the client can read. */
const chooseProtocol = (offered: Set<string>): string | false => {
  if (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL)) return GRAPHQL_TRANSPORT_WS_PROTOCOL;
  return offered.values().next().value ?? false;
};

function accept(
  socket: WebSocket,
  wire: Duplex,
  request: IncomingMessage,
  options: SocketServer,
): Connection | null {
  if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
    socket.on('error', () => undefined);
    socket.close(CloseCode.SubprotocolNotAcceptable, reasonAgainst(socket.protocol));
    return null;
  }
  const { metrics, identify, headersOf } = options;
  const address = options.addressOf(request);
  metrics.clients.inc();
  socket.once('close', () => metrics.clients.dec());
  return new Connection(socket, wire, {
    ...options,
    address,
    identify: (credentials) => identify(credentials, address),
    headersOf: (credentials) => headersOf(credentials, null),
    openedWith: headersOf(request.headers, address),
  });
}

const reasonAgainst = (protocol: string): string =>
  protocol === LEGACY_PROTOCOL
    ? `${LEGACY_PROTOCOL} is the legacy subscriptions-transport-ws; use ${GRAPHQL_TRANSPORT_WS_PROTOCOL}`
    : `Use the subprotocol ${GRAPHQL_TRANSPORT_WS_PROTOCOL}; ${protocol || 'none'} is not served`;

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';

const refuseUpgrade = (wire: Duplex, status: string): void => {
  wire.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

/** Who has not answered the last ping is gone, whatever TCP believes. */
function beat(clients: ReadonlySet<WebSocket>, awaitingPong: WeakSet<WebSocket>): void {
  for (const socket of clients) {
    if (awaitingPong.has(socket)) {
      socket.terminate();
    } else {
      awaitingPong.add(socket);
      socket.ping();
    }
  }
}

/** Sends clients away one after the other; who waits for an answer gets it first, for as long as there is time. */
async function sayGoodbye(
  sockets: WebSocketServer,
  connections: ReadonlySet<Connection>,
  { spread, drainMs }: Pick<SocketServer, 'spread' | 'drainMs'>,
): Promise<void> {
  const deadline = setTimeoutAsync(drainMs, undefined, { ref: false });
  const answered: Promise<void>[] = [];
  await spreadOver([...connections], spread, (connection) =>
    answered.push(connection.retire(...GOING_AWAY)),
  );
  await Promise.race([Promise.all(answered), deadline]);
  for (const connection of connections) connection.close(...GOING_AWAY);
  const farewell = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, FAREWELL_MS);
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
  clearTimeout(farewell);
}
