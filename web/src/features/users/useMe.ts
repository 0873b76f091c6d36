import { useQuery } from '@apollo/client/react';
import { useEffect } from 'react';
import { graphql } from '../../generated/gql';
import { useSessionState } from './session/session-context';

const ME = graphql(`
  query Me {
    me {
      id
      email
      displayName
      roles
    }
  }
`);

const AGAIN_MS = 2_000;

/** Who is signed in; undefined while that is not known, or for nobody. It asks until it is told. */
export function useMe() {
  const { status } = useSessionState();
  const isSignedIn = status === 'signed-in';
  const { data, startPolling, stopPolling } = useQuery(ME, { skip: !isSignedIn });
  const isAsking = isSignedIn && !data?.me;
  useEffect(() => {
    if (!isAsking) return;
    startPolling(AGAIN_MS);
    return stopPolling;
  }, [isAsking, startPolling, stopPolling]);
  return data?.me ?? undefined;
}
