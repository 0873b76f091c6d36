import type { Log } from '@spyhop/platform/log';
import type { Sink, SubscribePayload } from 'graphql-ws';
import { operationText } from '@spyhop/platform/signed-identity';
import { UpstreamEvents, bodyOf } from './upstream-events';
import { type InitOf, UpstreamSockets } from './upstream-sockets';

/** An event goes on to every client who listens, so it has to be far smaller than an answer to one. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024;

/** How a subgraph serves subscriptions: graphql-transport-ws, or Server-Sent Events as graphql-sse does. */
export type UpstreamTransport = 'websocket' | 'sse';

/** Connections to subgraphs for subscriptions. */
export class UpstreamConnections {
  private readonly sockets: UpstreamSockets;
  private readonly events: UpstreamEvents;
  private urls: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly options: {
      transportOf: (subgraph: string) => UpstreamTransport;
      /** Where a subgraph serves subscriptions that answers queries at the routing URL. */
      urlOf: (subgraph: string, routingUrl: string) => string;
      initOf: InitOf;
      /** Milliseconds for which a subgraph may say nothing over Server-Sent Events; 0 for ever. */
      silenceOf: (subgraph: string) => number;
      log: Log;
    },
  ) {
    this.events = new UpstreamEvents(MAX_EVENT_BYTES, options.silenceOf);
    this.sockets = new UpstreamSockets(options.initOf, options.log, MAX_EVENT_BYTES);
  }

  /** Where subgraphs answer from now on, by name; subscriptions elsewhere are lost, and start again there. */
  use(routingUrls: ReadonlyMap<string, string>): void {
    this.urls = new Map(
      [...routingUrls].map(([name, url]) => [name, this.options.urlOf(name, url)]),
    );
    this.sockets.keepOnly(this.urls);
    this.events.keepOnly(this.urls);
  }

  /**
   * Subscribes once; a lost connection is an error of the sink, and so is one event of more than 8 MiB, with
   * which the connection ends. Returns how to unsubscribe. The headers are
   * HTTP's over SSE; over the WebSocket, which all share, they are the operation's `extensions`.
   */
  subscribe(
    subgraph: string,
    payload: SubscribePayload,
    headers: Readonly<Record<string, string>>,
    sink: Sink,
  ): () => void {
    const address = this.urls.get(subgraph);
    if (address === undefined) {
      queueMicrotask(() => sink.error(new Error(`the supergraph names no subgraph ${subgraph}`)));
      return () => undefined;
    }
    return this.options.transportOf(subgraph) === 'sse'
      ? this.events.subscribe({ subgraph, address }, payload, headers, sink as never)
      : this.sockets.subscribe({ subgraph, address }, withExtensions(payload, headers), sink);
  }

  /** What a signature for a subscription is made over: the body of the request, or the operation over a WebSocket. */
  textOf(subgraph: string, payload: SubscribePayload): string {
    return this.options.transportOf(subgraph) === 'sse' ? bodyOf(payload) : operationText(payload);
  }

  async close(): Promise<void> {
    this.sockets.close();
    await this.events.close();
  }
}

const withExtensions = (
  payload: SubscribePayload,
  headers: Readonly<Record<string, string>>,
): SubscribePayload =>
  Object.keys(headers).length > 0 ? { ...payload, extensions: headers } : payload;
