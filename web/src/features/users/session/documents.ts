import type { ApolloClient } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client';
import { graphql } from '../../../generated/gql';
import type { GrantedFragment } from '../../../generated/graphql';
import type { Grant } from './session';

graphql(`
  fragment Granted on SignedIn {
    accessToken
    expiresAt
    user {
      id
      roles
    }
  }
`);

const REFRESH_SESSION = graphql(`
  mutation RefreshSession {
    refreshSession {
      ...Granted @unmask
    }
  }
`);

const SIGN_OUT = graphql(`
  mutation SignOut {
    signOut
  }
`);

/** What the server grants, as the session keeps it. */
export const grantOf = ({ accessToken, expiresAt, user }: GrantedFragment): Grant => ({
  accessToken,
  expiresAt: Date.parse(expiresAt),
  userId: user.id,
  roles: user.roles,
});

const codesOf = (error: unknown) =>
  CombinedGraphQLErrors.is(error) ? error.errors.map(({ extensions }) => extensions?.code) : [];

/** Trades the cookie for a new grant; null where there is no session any more. Rejects when nobody answers. */
export async function renewByCookie(client: ApolloClient): Promise<Grant | null> {
  try {
    const { data } = await client.mutate({
      mutation: REFRESH_SESSION,
      fetchPolicy: 'no-cache',
      context: { anonymous: true },
    });
    return data ? grantOf(data.refreshSession) : null;
  } catch (error) {
    if (codesOf(error).includes('SESSION_ENDED')) return null;
    throw error;
  }
}

/** Ends the session on the server, its cookie included. Rejects when nobody answers: then it goes on. */
export async function signOut(client: ApolloClient): Promise<void> {
  try {
    await client.mutate({ mutation: SIGN_OUT, fetchPolicy: 'no-cache' });
  } catch (error) {
    if (!codesOf(error).includes('UNAUTHENTICATED')) throw error;
  }
}
