import { CombinedGraphQLErrors } from '@apollo/client';

/** The code of a failed request as the API lists them, or `UNREACHABLE` when no answer came. */
export function errorCode(error: unknown): string {
  if (!CombinedGraphQLErrors.is(error)) return 'UNREACHABLE';
  return String(error.errors[0]?.extensions?.code ?? 'INTERNAL');
}
