import { GraphQLError } from 'graphql';

/**
 * Every code of ours that a client can meet in `extensions.code`, and what it asks of the client. docs/errors.md lists
 * them for clients, with those of Apollo Server that requests get which cannot be run.
 */
export const ERROR_CODES = {
  INVALID_INPUT: 'An argument is out of range or malformed; the message names the allowed values.',
  NOT_FOUND: 'Nothing has that key; look it up in a list or a search.',
  UNAUTHENTICATED: 'Sign in or send a key.',
  SIGN_IN_FAILED:
    'Address and password do not belong together, or the account does not exist yet; try again, or reset the password.',
  REAUTHENTICATION_REQUIRED:
    'Who asks was proved too long ago for this; prove it with reauthenticate, then ask once more.',
  SECOND_FACTOR_FAILED:
    'The code or the passkey is wrong, or was used; try the next code, or another way.',
  PASSKEY_REFUSED:
    'The passkey is not what it must be; make it anew, on the page that the message names.',
  CHALLENGE_INVALID: 'The challenge was used, is too old or is of something else; begin again.',
  SESSION_ENDED: 'The session is over, here or elsewhere; sign in again.',
  LINK_INVALID: 'The link was used, replaced or is too old; ask for a new one.',
  PASSWORD_REFUSED: 'The password is too easy to guess; choose another one, as the reason says.',
  ACCOUNT_LOCKED: 'An administrator has locked the account; ask them to unlock it.',
  FORBIDDEN: 'The identity may not do this; ask in the name of one that may, as the message says.',
  CONFLICT: 'The state changed meanwhile; read again and retry.',
  OPERATION_TOO_LARGE: 'The operation asks for too much at once; ask for less, or in several ones.',
  PERSISTED_QUERY_NOT_FOUND: 'That hash is not known here; send it once together with the text.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Hashes alone are not taken here; send the text.',
  PERSISTED_QUERY_HASH_MISMATCH:
    'The text does not have the hash that came with it; hash the text exactly as it is sent.',
  QUERY_NOT_IN_SAFELIST:
    'Only listed operations are served; have yours listed, or use one of them.',
  RATE_LIMITED: 'Too many requests; wait as long as the message says.',
  SLOW_CONSUMER:
    'Events came faster than they were taken, and some are missed; read the state again, then subscribe again.',
  SUBSCRIPTION_EXPIRED: 'The identity has ended; subscribe again with a fresh token.',
  SCHEMA_CHANGED:
    'The schema no longer has what is subscribed to; load it again and subscribe anew.',
  GOING_AWAY: 'This server stops; subscribe again, and another one answers.',
  UPSTREAM_UNAVAILABLE: 'A part of the system does not answer; retry later.',
  INTERNAL: 'A fault on our side; the request id in the response leads to its log line.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An expected error, shown to the client as it is. Anything else is masked as INTERNAL. */
export class SpyhopError extends GraphQLError {
  constructor(
    readonly code: ErrorCode,
    message: string,
    details: Record<string, unknown> = {},
  ) {
    super(message, { extensions: { code, ...details } });
  }
}

export const invalidInput = (message: string, details?: Record<string, unknown>): SpyhopError =>
  new SpyhopError('INVALID_INPUT', message, details);

export const notFound = (what: string, key: string): SpyhopError =>
  new SpyhopError('NOT_FOUND', `There is no ${what} ${JSON.stringify(key)}.`);
