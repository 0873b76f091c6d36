import { ApolloClient, ApolloLink, HttpLink, type InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import type { Client } from 'graphql-ws';
import { createProofLink, proofRequests } from '../features/users/session/proof';
import type { Session } from '../features/users/session/session';
import { createSessionLink } from '../features/users/session/session-link';
import type { ConnectionStore } from '../ui/connection';
import { createResubscribeLink } from './resubscribe-link';

/** The GraphQL client: queries over HTTP, live data over the socket, one cache for both. */
export function createApolloClient(
  cache: InMemoryCache,
  uri: string,
  socket: Client,
  session: Session,
  connection: ConnectionStore,
) {
  const live = ApolloLink.from([
    createResubscribeLink(session, connection),
    new GraphQLWsLink(socket),
  ]);
  const http = ApolloLink.from([
    createProofLink(proofRequests.ask),
    createSessionLink(session),
    new HttpLink({ uri }),
  ]);
  return new ApolloClient({
    cache,
    dataMasking: true,
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      live,
      http,
    ),
  });
}
