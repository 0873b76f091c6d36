import type { ApolloLink, OperationVariables } from '@apollo/client';

type Renew = () => OperationVariables;

/** The context of a stream that takes other variables where it is begun again: those that `renew` then gives. */
export const renewing = (renew: Renew): { renew: Renew } => ({ renew });

/** The variables with which a stream is begun again. */
export function renewedVariables({
  variables,
  getContext,
}: ApolloLink.Operation): OperationVariables {
  const { renew } = getContext() as { renew?: Renew };
  return { ...variables, ...renew?.() };
}
