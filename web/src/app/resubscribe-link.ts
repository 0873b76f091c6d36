import { ApolloLink, CombinedGraphQLErrors } from '@apollo/client';
import { Observable } from 'rxjs';
import type { Session } from '../features/users/session/session';
import type { ConnectionStore } from '../ui/connection';
import { renewedVariables } from '../ui/renewed-stream';
import { retryDelay } from '../ui/retry-delay';

/** Codes that asking again cannot mend. */
const FINAL_CODES = new Set(['NOT_FOUND', 'INVALID_INPUT', 'FORBIDDEN']);

const codesOf = (error: unknown): string[] =>
  CombinedGraphQLErrors.is(error)
    ? error.errors.map(({ extensions }) => String(extensions?.code ?? ''))
    : [];
const isFinal = (code: string) => FINAL_CODES.has(code) || code.startsWith('GRAPHQL_');

/**
 * Calls `again` once the server has taken a token since `identified` was counted, or `end` as soon as nobody is
 * signed in. Returns how to call that off.
 */
function onIdentified(
  session: Pick<Session, 'get' | 'subscribe'>,
  connection: ConnectionStore,
  identified: number,
  { again, end }: { again: () => void; end: () => void },
): () => void {
  let stops: (() => void)[] = [];
  const stop = () => stops.splice(0).forEach((leave) => leave());
  const look = () => {
    const isOver = session.get().status === 'anonymous';
    if (!isOver && connection.get().identified === identified) return;
    stop();
    if (isOver) end();
    else again();
  };
  stops = [session.subscribe(look), connection.subscribe(look)];
  look();
  return stop;
}

/**
 * Keeps subscriptions alive: a stream that a server ends or fails is asked for again, with growing
 * delays, until the component that wanted it goes away; a resumable one from where its reader is by then. One that
 * needs somebody signed in is asked for again when the connection has become theirs. Faults of the request itself are
 * passed on.
 */
export function createResubscribeLink(
  session: Pick<Session, 'get' | 'subscribe'>,
  connection: ConnectionStore,
  random: () => number = Math.random,
): ApolloLink {
  return new ApolloLink(
    (operation, forward) =>
      new Observable((observer) => {
        let attempt = 0;
        let stopWaiting: () => void = () => undefined;
        let stream: { unsubscribe(): void } | undefined;
        const again = () => {
          const timer = setTimeout(restart, retryDelay(attempt, random));
          stopWaiting = () => clearTimeout(timer);
          attempt += 1;
        };
        const restart = () => {
          operation.variables = renewedVariables(operation);
          start();
        };
        const start = () => {
          const { identified } = connection.get();
          const fail = (error: unknown) => {
            const codes = codesOf(error);
            if (codes.some(isFinal)) return observer.error(error);
            if (!codes.includes('UNAUTHENTICATED')) return again();
            const end = () => observer.error(error);
            stopWaiting = onIdentified(session, connection, identified, { again: restart, end });
          };
          stream = forward(operation).subscribe({
            next: (result) => {
              attempt = 0;
              observer.next(result);
            },
            error: fail,
            complete: again,
          });
        };
        start();
        return () => {
          stopWaiting();
          stream?.unsubscribe();
        };
      }),
  );
}
