import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { unwrapResolverError } from '@apollo/server/errors';
import { ERROR_CODES, type ErrorCode, SpyhopError } from './errors';
import type { Log } from './log';
import { isConnectionLost } from './lost-connections';

/** Codes that Apollo Server gives to requests it refuses before anything ran. */
const REQUEST_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
]);

/**
 * Shows expected errors as they are; logs the others and shows that something failed, not what:
 * UPSTREAM_UNAVAILABLE where a store did not answer, else INTERNAL.
 */
export function maskErrors(
  log: Log,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const original = unwrapResolverError(error);
    if (isExpected(original) || isRefusedRequest(formatted, original)) {
      return plain(formatted);
    }
    const about = { err: original, path: formatted.path };
    if (isConnectionLost(original)) {
      log.warn(about, 'a store does not answer');
      return masked(formatted, 'UPSTREAM_UNAVAILABLE');
    }
    log.error(about, 'a resolver failed');
    return masked(formatted, 'INTERNAL');
  };
}

const masked = (
  { path, locations }: GraphQLFormattedError,
  code: ErrorCode,
): GraphQLFormattedError => ({
  message: ERROR_CODES[code],
  path,
  locations,
  extensions: { code },
});

/** graphql-js wraps what a scalar or an enum says about the value of a variable. */
const isExpected = (original: unknown): boolean =>
  original instanceof SpyhopError ||
  (original instanceof GraphQLError && original.originalError instanceof SpyhopError);

function isRefusedRequest(formatted: GraphQLFormattedError, original: unknown): boolean {
  const code = formatted.extensions?.['code'];
  if (typeof code === 'string' && REQUEST_CODES.has(code)) return true;
  return (
    original instanceof GraphQLError && original.originalError === undefined && !formatted.path
  );
}

function plain(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
  return {
    message: formatted.message,
    path: formatted.path,
    locations: formatted.locations,
    extensions: { ...extensions, code: extensions['code'] ?? 'INVALID_INPUT' },
  };
}
