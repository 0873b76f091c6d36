import { ApolloClient, ApolloLink, HttpLink, type InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import type { ConnectionStore } from '../ui/connection';
import { createResubscribeLink, retryDelay } from './resubscribe-link';

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;

/** Opens the live socket; it reconnects for as long as the page is open. */
export function createSocket(url: string, connection: ConnectionStore): Client {
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const socket: Client = createClient({
    url,
    keepAlive: PING_EVERY_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (attempt) =>
      new Promise((resolve) => setTimeout(resolve, retryDelay(attempt, Math.random))),
    on: {
      connected: () => connection.socketOpened(),
      closed: () => {
        clearTimeout(pongTimer);
        connection.socketLost();
      },
      ping: (received) => {
        if (!received) pongTimer = setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong: () => clearTimeout(pongTimer),
    },
  });
  return socket;
}

/** The GraphQL client: queries over HTTP, live data over the socket, one cache for both. */
export function createApolloClient(cache: InMemoryCache, uri: string, socket: Client) {
  const live = ApolloLink.from([createResubscribeLink(), new GraphQLWsLink(socket)]);
  return new ApolloClient({
    cache,
    dataMasking: true,
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      live,
      new HttpLink({ uri }),
    ),
  });
}
