import { useQuery } from '@apollo/client/react';
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

/** Who is signed in; undefined while that is not known, or for nobody. */
export function useMe() {
  const { status } = useSessionState();
  const { data } = useQuery(ME, { skip: status !== 'signed-in' });
  return data?.me ?? undefined;
}
