import type { WhaleStatus } from '../../generated/graphql';

/** What has become of a transaction, for people. */
export const STATUS_NAMES: Readonly<Record<WhaleStatus, string>> = {
  CONFIRMED: 'Confirmed',
  UNCONFIRMED: 'Unconfirmed',
  REPLACED: 'Replaced',
  DROPPED: 'Dropped',
  RETRACTED: 'Retracted',
};

export const STATUS_EXPLANATIONS: Readonly<Record<WhaleStatus, string>> = {
  CONFIRMED: 'In a block',
  UNCONFIRMED: 'In no block yet, or in one that may still be left behind',
  REPLACED: 'Another transaction has taken its place before it was in a block',
  DROPPED: 'It has left the queue without ever being in a block',
  RETRACTED: 'Its block is not part of the chain any more',
};

/** How many blocks have confirmed it, for people. */
export const confirmationsOf = (count: number): string =>
  count === 1 ? '1 confirmation' : `${count} confirmations`;

/** Whether it has never happened, as it turns out. */
export const isUndone = (status: WhaleStatus): boolean =>
  status !== 'CONFIRMED' && status !== 'UNCONFIRMED';
