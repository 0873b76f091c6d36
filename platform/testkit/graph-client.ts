import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';

type Variables = Record<string, unknown>;

/** What a GraphQL server answers. */
export interface Answer<Data = Record<string, unknown>> {
  data?: Data | null;
  errors?: readonly {
    message: string;
    path?: readonly (string | number)[];
    extensions?: Record<string, unknown>;
  }[];
}

/** A client as any other: HTTP for queries, graphql-transport-ws for subscriptions. */
export class GraphClient {
  private readonly sockets: Client;
  private readonly url: string;

  constructor(port: number) {
    this.url = `http://127.0.0.1:${port}/graphql`;
    this.sockets = createClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
  }

  async ask<Data = Record<string, unknown>>(
    query: string,
    variables: Variables = {},
  ): Promise<Answer<Data>> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer<Data>;
  }

  /** The answer's data; throws where there are errors. */
  async data<Data = Record<string, unknown>>(query: string, variables?: Variables): Promise<Data> {
    return dataOf(await this.ask<Data>(query, variables));
  }

  subscribe<Data = Record<string, unknown>>(
    query: string,
    variables: Variables = {},
    extensions: Record<string, unknown> = {},
  ): Subscribed<Data> {
    const events = this.sockets.iterate<Data>({ query, variables, extensions });
    return new Subscribed(events as AsyncIterableIterator<Answer<Data>>);
  }

  async close(): Promise<void> {
    await this.sockets.dispose();
  }
}

/** A running subscription. */
export class Subscribed<Data> {
  constructor(private readonly events: AsyncIterableIterator<Answer<Data>>) {}

  /** The next event's data; throws where it carries errors or the stream has ended. */
  async next(): Promise<Data> {
    const event = await this.events.next();
    if (event.done) throw new Error('the subscription has ended');
    return dataOf(event.value as Answer<Data>);
  }

  /** The next event that is like that. */
  async until(isWanted: (data: Data) => boolean): Promise<Data> {
    for (;;) {
      const data = await this.next();
      if (isWanted(data)) return data;
    }
  }

  async end(): Promise<void> {
    await this.events.return?.();
  }
}

function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  if (data === undefined || data === null || errors?.length) {
    throw new Error(`GraphQL errors: ${JSON.stringify(errors)}`);
  }
  return data;
}
