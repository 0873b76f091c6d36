import type { WhaleDirection } from '../../generated/graphql';

/** Where something moved, seen from the exchanges, for people. */
export const DIRECTIONS: Readonly<Record<WhaleDirection, string>> = {
  TO_EXCHANGE: 'To exchange',
  FROM_EXCHANGE: 'From exchange',
  BETWEEN_EXCHANGES: 'Between exchanges',
  INTERNAL: 'Internal',
  ELSEWHERE: 'Transfer',
};
