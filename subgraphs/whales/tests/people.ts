import { randomUUID } from 'node:crypto';
import { IDENTITY_HEADER, operationText } from '@spyhop/platform/signed-identity';
import { type Answer, Subscribed } from '@spyhop/platform/testkit/graph-client';
import type { RouterSigner } from '@spyhop/platform/testkit/router-signer';
import { createClient } from 'graphql-ws';
import type { JWTPayload } from 'jose';
import WebSocket from 'ws';

type Variables = Record<string, unknown>;

/** Asks a subgraph as a router does for somebody; null is nobody. */
export class Asking {
  constructor(
    private readonly port: number,
    private readonly router: RouterSigner,
    private readonly claims: JWTPayload | null,
  ) {}

  async ask<Data = Record<string, unknown>>(
    query: string,
    variables: Variables = {},
  ): Promise<Answer<Data>> {
    const body = JSON.stringify({ query, variables });
    const signed = await this.router.headersFor(this.claims, body);
    const response = await fetch(`http://127.0.0.1:${this.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signed },
      body,
    });
    return (await response.json()) as Answer<Data>;
  }

  /** The answer's data; throws where there are errors. */
  async data<Data = Record<string, unknown>>(query: string, variables?: Variables): Promise<Data> {
    const { data, errors } = await this.ask<Data>(query, variables);
    if (!data || errors?.length) throw new Error(`GraphQL errors: ${JSON.stringify(errors)}`);
    return data;
  }

  /** `extensions.code` of each error. */
  async codes(query: string, variables?: Variables): Promise<unknown[]> {
    const { errors = [] } = await this.ask(query, variables);
    return errors.map(({ extensions }) => extensions?.['code']);
  }

  /** `close` ends the connection. */
  async follow<Data>(
    query: string,
    variables: Variables,
  ): Promise<Subscribed<Data> & { close(): Promise<void> }> {
    const client = createClient({
      url: `ws://127.0.0.1:${this.port}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const signed = await this.router.headersFor(this.claims, operationText({ query, variables }));
    const extensions = { [IDENTITY_HEADER]: signed[IDENTITY_HEADER] };
    const events = client.iterate<Data>({ query, variables, extensions });
    const stream = new Subscribed<Data>(events as AsyncIterableIterator<Answer<Data>>);
    return Object.assign(stream, { close: async () => void (await client.dispose()) });
  }
}

/** Claims of somebody new who is signed in, who has the scopes of all users. */
export const somebody = (): JWTPayload & { sub: string } => ({
  ...{ sub: randomUUID(), sid: randomUUID(), roles: ['USER'], amr: ['pwd'] },
  scope: 'read:whales write:whales',
});
