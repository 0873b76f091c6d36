import { ApolloLink, CombinedGraphQLErrors } from '@apollo/client';
import { Observable } from 'rxjs';
import { retryDelay } from '../ui/retry-delay';

/** Codes that asking again cannot mend. */
const FINAL_CODES = new Set(['NOT_FOUND', 'INVALID_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED']);

function isFinal(error: unknown): boolean {
  if (!CombinedGraphQLErrors.is(error)) return false;
  return error.errors.some(({ extensions }) => {
    const code = String(extensions?.code ?? '');
    return FINAL_CODES.has(code) || code.startsWith('GRAPHQL_');
  });
}

/**
 * Keeps subscriptions alive: a stream that a server ends or fails is asked for again, with growing
 * delays, until the component that wanted it goes away. Faults of the request itself are passed on.
 */
export function createResubscribeLink(random: () => number = Math.random): ApolloLink {
  return new ApolloLink(
    (operation, forward) =>
      new Observable((observer) => {
        let attempt = 0;
        let timer: ReturnType<typeof setTimeout> | undefined;
        let stream: { unsubscribe(): void } | undefined;
        const again = () => {
          timer = setTimeout(start, retryDelay(attempt, random));
          attempt += 1;
        };
        const start = () => {
          stream = forward(operation).subscribe({
            next: (result) => {
              attempt = 0;
              observer.next(result);
            },
            error: (error: unknown) => (isFinal(error) ? observer.error(error) : again()),
            complete: again,
          });
        };
        start();
        return () => {
          clearTimeout(timer);
          stream?.unsubscribe();
        };
      }),
  );
}
