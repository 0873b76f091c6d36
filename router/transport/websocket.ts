import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Stop } from '@spyhop/platform/shutdown';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ClientHeaders } from '../guard/header-rules';
import { type Spread, spreadOver } from '../live/spread';
import type { RouterMetrics } from '../metrics';
import {
  Connection,
  type ConnectionLimits,
  type ConnectionServices,
  type Credentials,
} from './connection';
import type { AddressOf } from './client-address';
import { isAllowedOrigin } from './origins';

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
  };
  /** How fast clients are sent away when the server stops. */
  spread: Spread;
  metrics: RouterMetrics;
}

const HEARTBEAT_MS = 15_000;
const FAREWELL_MS = 1_000;
const GOING_AWAY = 1_001;

const LEGACY_PROTOCOL = 'graphql-ws';

/** Accepts graphql-transport-ws on `path`; other subprotocols are told so and closed. */
export function serveWebSockets(options: SocketServer): Stop {
  const { server, path, origins, limits } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    handleProtocols: chooseProtocol,
  });
  const awaitingPong = new WeakSet<WebSocket>();
  const upgrade = (request: IncomingMessage, wire: Duplex, head: Buffer): void => {
    if (pathOf(request) !== path) return refuseUpgrade(wire, '404 Not Found');
    if (!isAllowedOrigin(request, origins)) return refuseUpgrade(wire, '403 Forbidden');
    if (sockets.clients.size >= limits.connections) {
      return refuseUpgrade(wire, '503 Service Unavailable');
    }
    sockets.handleUpgrade(request, wire, head, (socket) => {
      socket.on('pong', () => awaitingPong.delete(socket));
      accept(socket, wire, request, options);
    });
  };
  server.on('upgrade', upgrade);
  const heartbeat = setInterval(() => beat(sockets.clients, awaitingPong), HEARTBEAT_MS);
  return async () => {
    clearInterval(heartbeat);
    server.off('upgrade', upgrade);
    await sayGoodbye(sockets, options.spread);
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
): void {
  if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
    socket.on('error', () => undefined);
    socket.close(CloseCode.SubprotocolNotAcceptable, reasonAgainst(socket.protocol));
    return;
  }
  const { metrics, identify, headersOf } = options;
  const address = options.addressOf(request);
  metrics.clients.inc();
  socket.once('close', () => metrics.clients.dec());
  new Connection(socket, wire, {
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

async function sayGoodbye(sockets: WebSocketServer, spread: Spread): Promise<void> {
  await spreadOver([...sockets.clients], spread, (socket) =>
    socket.close(GOING_AWAY, 'Going away'),
  );
  const deadline = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, FAREWELL_MS);
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
  clearTimeout(deadline);
}
