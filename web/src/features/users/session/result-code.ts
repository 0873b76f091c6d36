import type { ApolloLink } from '@apollo/client';

/** Whether a result, possibly one of several errors, says this code of the API. */
export function saysCode({ errors }: ApolloLink.Result, code: string): boolean {
  return errors?.some(({ extensions }) => extensions?.code === code) ?? false;
}
