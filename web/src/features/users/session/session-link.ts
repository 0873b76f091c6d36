import { ApolloLink } from '@apollo/client';
import { from, of, switchMap } from 'rxjs';
import { saysCode } from './result-code';
import type { Session } from './session';

declare module '@apollo/client' {
  interface DefaultContext {
    /** The operation is sent without a token, as what renews the session must be. */
    anonymous?: boolean;
  }
}

function withToken(operation: ApolloLink.Operation, token: string | null): ApolloLink.Operation {
  if (token === null) return operation;
  operation.setContext(({ headers }) => ({
    headers: { ...headers, authorization: `Bearer ${token}` },
  }));
  return operation;
}

/** Sends the access token along, and asks once more with a new one when the server does not take it. */
export function createSessionLink(session: Session): ApolloLink {
  return new ApolloLink((operation, forward) => {
    if (operation.getContext().anonymous || session.get().status !== 'signed-in') {
      return forward(operation);
    }
    const send = (token: string | null) => forward(withToken(operation, token));
    const token = session.token();
    const first = token === null ? from(session.freshToken()).pipe(switchMap(send)) : send(token);
    return first.pipe(
      switchMap((result) =>
        saysCode(result, 'UNAUTHENTICATED')
          ? from(session.replace(token)).pipe(switchMap(send))
          : of(result),
      ),
    );
  });
}
