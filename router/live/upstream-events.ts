import { type Sink, createClient } from 'graphql-sse';
import type { SubscribePayload } from 'graphql-ws';
import { Agent, type Dispatcher, Response, fetch } from 'undici';
import { isObject } from '../execute/data';
import { eventsUpTo } from './event-bound';

const CONNECT_TIMEOUT_MS = 5_000;
const HEADERS_TIMEOUT_MS = 10_000;

/** What is sent for a subscription. */
export const bodyOf = (payload: SubscribePayload): string => JSON.stringify(payload);

interface Subscribed {
  subgraph: string;
  address: string;
  sink: Sink;
  unsubscribe: () => void;
}

/** Subscribes over Server-Sent Events: graphql-sse in its mode of distinct connections. */
export class UpstreamEvents {
  private readonly agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: HEADERS_TIMEOUT_MS,
  });
  private readonly subscribed = new Set<Subscribed>();

  constructor(
    private readonly maxEventBytes: number,
    /** Milliseconds after which a subgraph that sends nothing, not even a comment, is gone; 0 for never. */
    private readonly silenceOf: (subgraph: string) => number,
  ) {}

  /** Subscribes once; a lost connection is an error of the sink. Returns how to unsubscribe. */
  subscribe(
    { subgraph, address }: { subgraph: string; address: string },
    payload: SubscribePayload,
    headers: Readonly<Record<string, string>>,
    sink: Sink,
  ): () => void {
    const body = bodyOf(payload);
    const dispatcher = this.agent.compose(heardWithin(this.silenceOf(subgraph)));
    // A client each: one for all would remember every subscription that there ever was.
    const client = createClient({
      url: address,
      headers: { ...headers, accept: 'text/event-stream' },
      retryAttempts: 0,
      fetchFn: async (url: string, init: object) => {
        const response = await fetch(url, { ...init, body, dispatcher });
        const events = response.body?.pipeThrough(eventsUpTo(this.maxEventBytes));
        return new Response(events ?? null, response);
      },
    });
    const unsubscribe = client.subscribe(payload as never, {
      next: (result) => sink.next(result as never),
      error: (reason) => {
        this.subscribed.delete(subscribed);
        void whatWasSaid(reason).then((said) => sink.error(said));
      },
      complete: () => {
        this.subscribed.delete(subscribed);
        sink.complete();
      },
    });
    const subscribed: Subscribed = { subgraph, address, sink, unsubscribe };
    this.subscribed.add(subscribed);
    return () => {
      this.subscribed.delete(subscribed);
      unsubscribe();
    };
  }

  /** Ends the subscriptions at subgraphs that are not at these addresses, which are by name. */
  keepOnly(addresses: ReadonlyMap<string, string>): void {
    for (const subscribed of this.subscribed) {
      const { subgraph, address, sink, unsubscribe } = subscribed;
      if (addresses.get(subgraph) === address) continue;
      this.subscribed.delete(subscribed);
      sink.error(new Error('the subgraph has another address now'));
      unsubscribe();
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

const heardWithin =
  (bodyTimeout: number): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) =>
    dispatch({ ...options, bodyTimeout }, handler);

/** The coded errors with which a subgraph refused a stream; else why there is none. */
async function whatWasSaid(reason: unknown): Promise<unknown> {
  const response = isObject(reason) ? reason['response'] : undefined;
  if (!(response instanceof Response) || response.status >= 500) return reason;
  const body: unknown = await response.json().catch(() => null);
  const errors = isObject(body) ? body['errors'] : undefined;
  return Array.isArray(errors) && errors.some(isCoded) ? errors : reason;
}

const isCoded = (error: unknown): boolean =>
  isObject(error) && isObject(error['extensions']) && 'code' in error['extensions'];
