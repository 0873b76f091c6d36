import type { Log } from '@spyhop/platform/log';
import { type Client, type Sink, type SubscribePayload, createClient } from 'graphql-ws';
import WebSocket from 'ws';

const HANDSHAKE_TIMEOUT_MS = 5_000;
const ACK_TIMEOUT_MS = 5_000;
const PING_EVERY_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;
const IDLE_CLOSE_MS = 1_000;

class UpstreamWebSocket extends WebSocket {
  constructor(address: string, protocol: string) {
    super(address, protocol, {
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    });
  }
}

/** One WebSocket to each address, opened when there is something to subscribe to. */
export class UpstreamSockets {
  private readonly clients = new Map<string, Client>();

  constructor(private readonly log: Log) {}

  /** Subscribes once; a lost connection is an error of the sink. Returns how to unsubscribe. */
  subscribe(address: string, payload: SubscribePayload, sink: Sink): () => void {
    return this.clientOf(address).subscribe(payload, sink);
  }

  /** Closes the connections to all but these addresses. */
  keepOnly(addresses: ReadonlySet<string>): void {
    for (const [address, client] of this.clients) {
      if (addresses.has(address)) continue;
      this.clients.delete(address);
      client.terminate();
    }
  }

  close(): void {
    for (const client of this.clients.values()) void client.dispose();
  }

  private clientOf(address: string): Client {
    const known = this.clients.get(address);
    if (known) return known;
    const client = this.connect(address);
    this.clients.set(address, client);
    return client;
  }

  private connect(address: string): Client {
    let pongTimeout: NodeJS.Timeout | undefined;
    const client = createClient({
      url: webSocketUrl(address),
      webSocketImpl: UpstreamWebSocket,
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
