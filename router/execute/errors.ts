import { ERROR_CODES, type ErrorCode } from '@spyhop/platform/errors';
import { withoutCredentials } from '@spyhop/platform/log';
import { GraphQLError } from 'graphql';
import type { Path } from './data';

/** An error as clients get it. */
export interface PathError {
  message: string;
  path?: Path;
  extensions: { code: string } & Record<string, unknown>;
}

/** Codes that say "something broke": what else such an error says is for logs only. */
const HIDDEN_CODES = new Set(['INTERNAL', 'INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR']);
/** A subgraph refused what the router composed for it: a fault on our side, not the client's. */
const ROUTER_FAULTS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
]);
const PRIVATE_EXTENSIONS = new Set([
  'stacktrace',
  'exception',
  'serviceName',
  'service',
  'response',
  'originalError',
]);

/** What a client may see of an error that came from a subgraph: coded errors as they are, others masked. */
export function publicError(raw: unknown, path?: Path): PathError {
  const { message, extensions } = raw as { message?: unknown; extensions?: unknown };
  const details = isRecord(extensions) ? extensions : {};
  const code = shownCode(details);
  if (code === null) return codedError('INTERNAL', ERROR_CODES.INTERNAL, path);
  const shown = Object.entries(details).filter(([name]) => !PRIVATE_EXTENSIONS.has(name));
  return {
    message: typeof message === 'string' ? message : code,
    ...(path && { path }),
    extensions: { ...Object.fromEntries(shown), code },
  };
}

const shownCode = ({ code }: Record<string, unknown>): string | null =>
  typeof code !== 'string' || HIDDEN_CODES.has(code) || ROUTER_FAULTS.has(code) ? null : code;

const MOST_HIDDEN = 3;
const LONGEST_HIDDEN = 500;

/** What the first of those errors say that clients see masked: for logs. */
export const hiddenMessages = (errors: readonly unknown[]): string[] =>
  errors
    .filter(isRecord)
    .filter(({ extensions }) => shownCode(isRecord(extensions) ? extensions : {}) === null)
    .slice(0, MOST_HIDDEN)
    .map(({ message }) => withoutCredentials(String(message).slice(0, LONGEST_HIDDEN)));

/** An error of our own for a client. */
export const codedError = (code: ErrorCode, message: string, path?: Path): PathError => ({
  message,
  ...(path && { path }),
  extensions: { code },
});

const STATUSES: Readonly<Record<string, number>> = {
  // Clients send the text next: nothing is wrong yet.
  PERSISTED_QUERY_NOT_FOUND: 200,
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
  QUERY_NOT_IN_SAFELIST: 403,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  UPSTREAM_UNAVAILABLE: 503,
};

/** The HTTP status of a request that was refused with that code. */
export const statusOf = (code: string): number => STATUSES[code] ?? 400;

/** Whether one leads to the other: what is missing above or below an error, or there, is so for that. */
const isOneWay = (one: Path, other: Path): boolean => {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  return shorter.every((step, at) => step === longer[at]);
};

/**
 * A subgraph's error explains the hole that it left, and all holes of an object that it has nulled; only holes
 * without one need a word of ours, behind theirs.
 */
export function completionErrors(
  errors: readonly PathError[],
  faults: readonly Path[],
  nulled: readonly Path[] = [],
): readonly PathError[] {
  if (faults.length === 0) return errors;
  const explained = [...errors.map(({ path = [] }) => path), ...nulled];
  const holes = faults.filter((fault) => !explained.some((path) => isOneWay(path, fault)));
  return [...errors, ...holes.map(holeAt)];
}

const holeAt = (path: Path): PathError => codedError('INTERNAL', ERROR_CODES.INTERNAL, path);

/** A subgraph that did not answer, or not with GraphQL. The message is for clients; `reason` for logs. */
export class SubgraphFault extends GraphQLError {
  constructor(
    readonly subgraph: string,
    readonly reason: string,
    /** Of HTTP, where it answered with that instead of GraphQL. */
    readonly status?: number,
  ) {
    super(ERROR_CODES.UPSTREAM_UNAVAILABLE, { extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
