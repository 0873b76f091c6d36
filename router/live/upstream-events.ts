import { type Sink, createClient } from 'graphql-sse';
import type { SubscribePayload } from 'graphql-ws';
import { Agent, Response, fetch } from 'undici';
import { eventsUpTo } from './event-bound';

const CONNECT_TIMEOUT_MS = 5_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** A subgraph that sends nothing for so long, not even a comment, is gone: graphql-sse sends one every 12 s. */
const SILENCE_MS = 40_000;

/** What is sent for a subscription. */
export const bodyOf = (payload: SubscribePayload): string => JSON.stringify(payload);

/** Subscribes over Server-Sent Events: graphql-sse in its mode of distinct connections. */
export class UpstreamEvents {
  private readonly agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: SILENCE_MS,
  });

  constructor(private readonly maxEventBytes: number) {}

  /** Subscribes once; a lost connection is an error of the sink. Returns how to unsubscribe. */
  subscribe(
    address: string,
    payload: SubscribePayload,
    headers: Readonly<Record<string, string>>,
    sink: Sink,
  ): () => void {
    const body = bodyOf(payload);
    // A client each: one for all would remember every subscription that there ever was.
    const client = createClient({
      url: address,
      headers: { ...headers, accept: 'text/event-stream' },
      retryAttempts: 0,
      fetchFn: async (url: string, init: object) => {
        const response = await fetch(url, { ...init, body, dispatcher: this.agent });
        const events = response.body?.pipeThrough(eventsUpTo(this.maxEventBytes));
        return new Response(events ?? null, response);
      },
    });
    return client.subscribe(payload as never, sink);
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}
