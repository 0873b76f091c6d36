import type { Log } from '@spyhop/platform/log';
import { type Client, type Sink, type SubscribePayload, createClient } from 'graphql-ws';
import WebSocket from 'ws';

const HANDSHAKE_TIMEOUT_MS = 5_000;
const ACK_TIMEOUT_MS = 5_000;
const PING_EVERY_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;
const IDLE_CLOSE_MS = 1_000;

/** Sockets that hang up on a message of more bytes, with close code 1009. */
const socketsOf = (maxPayload: number): new (address: string, protocol: string) => WebSocket =>
  class extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, {
        maxPayload,
        perMessageDeflate: false,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      });
    }
  };

/** The payload of `connection_init` for a subgraph; undefined where it gets none. */
export type InitOf = (subgraph: string) => Readonly<Record<string, unknown>> | undefined;

interface Connection {
  address: string;
  client: Client;
}

/** One WebSocket to each subgraph, opened when there is something to subscribe to. */
export class UpstreamSockets {
  private readonly connections = new Map<string, Connection>();
  private readonly webSocketImpl: ReturnType<typeof socketsOf>;

  constructor(
    private readonly initOf: InitOf,
    private readonly log: Log,
    maxEventBytes: number,
  ) {
    this.webSocketImpl = socketsOf(maxEventBytes);
  }

  /** Subscribes once; a lost connection is an error of the sink. Returns how to unsubscribe. */
  subscribe(
    { subgraph, address }: { subgraph: string; address: string },
    payload: SubscribePayload,
    sink: Sink,
  ): () => void {
    return this.clientOf(subgraph, address).subscribe(payload, sink);
  }

  /** Closes the connections to subgraphs that are not at these addresses, which are by name. */
  keepOnly(addresses: ReadonlyMap<string, string>): void {
    for (const [subgraph, { address, client }] of this.connections) {
      if (addresses.get(subgraph) === address) continue;
      this.connections.delete(subgraph);
      client.terminate();
    }
  }

  close(): void {
    for (const { client } of this.connections.values()) void client.dispose();
  }

  private clientOf(subgraph: string, address: string): Client {
    const known = this.connections.get(subgraph);
    if (known) return known.client;
    const client = this.connect(address, this.initOf(subgraph));
    this.connections.set(subgraph, { address, client });
    return client;
  }

  private connect(address: string, connectionParams: ReturnType<InitOf>): Client {
    let pongTimeout: NodeJS.Timeout | undefined;
    const client = createClient({
      url: webSocketUrl(address),
      ...(connectionParams && { connectionParams: { ...connectionParams } }),
      webSocketImpl: this.webSocketImpl,
      retryAttempts: 0,
      lazyCloseTimeout: IDLE_CLOSE_MS,
      connectionAckWaitTimeout: ACK_TIMEOUT_MS,
      keepAlive: PING_EVERY_MS,
      on: {
        connected: () => this.log.info({ address }, 'connected to a subgraph for subscriptions'),
        closed: (event) => {
          clearTimeout(pongTimeout);
          const { code, reason } = event as { code?: number; reason?: string };
          this.log.info({ address, code, reason }, 'connection for subscriptions closed');
        },
        ping: (received) => {
          if (received) return;
          pongTimeout = setTimeout(() => client.terminate(), PONG_TIMEOUT_MS);
        },
        pong: (received) => {
          if (received) clearTimeout(pongTimeout);
        },
      },
    });
    return client;
  }
}

function webSocketUrl(address: string): string {
  const url = new URL(address);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
