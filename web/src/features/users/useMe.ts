import { useQuery } from '@apollo/client/react';
import { graphql } from '../../generated/gql';
import { usePolling } from '../../ui/usePolling';
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
  const asked = useQuery(ME, { skip: !isSignedIn });
  const me = asked.data?.me ?? undefined;
  usePolling(asked, isSignedIn && me === undefined, AGAIN_MS);
  return me;
}
