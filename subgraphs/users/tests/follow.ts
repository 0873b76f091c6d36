import { IDENTITY_HEADER, operationText } from '@spyhop/platform/signed-identity';
import { type Answer, Subscribed } from '@spyhop/platform/testkit/graph-client';
import { createClient } from 'graphql-ws';
import type { JWTPayload } from 'jose';
import WebSocket from 'ws';
import type { UsersRig } from './kit';

/** Subscribes as somebody, as a router does; `end` closes the connection. */
export async function follow<Data>(
  { port, router }: Pick<UsersRig, 'port' | 'router'>,
  claims: JWTPayload | null,
  query: string,
): Promise<Subscribed<Data> & { close(): Promise<void> }> {
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const signed = await router.headersFor(claims, operationText({ query }));
  const extensions = { [IDENTITY_HEADER]: signed[IDENTITY_HEADER] };
  const events = client.iterate<Data>({ query, extensions });
  const stream = new Subscribed<Data>(events as AsyncIterableIterator<Answer<Data>>);
  return Object.assign(stream, { close: async () => void (await client.dispose()) });
}
