import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Log } from '@spyhop/platform/log';
import { statusOf } from '../execute/errors';

/** Why a request did not even reach GraphQL, and its HTTP status. */
export class RequestFault extends Error {
  override readonly name = 'RequestFault';

  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

interface RefusedRequest {
  status: number;
  /** In GraphQL's form. */
  body: object;
}

/** What the client of a request that failed before GraphQL gets to know; what nobody expected is logged. */
export function failureOf(err: unknown, requestId: string, log: Log): RefusedRequest {
  const extensions = { requestId };
  if (err instanceof SpyhopError) {
    return { status: statusOf(err.code), body: { errors: [err.toJSON()], extensions } };
  }
  const status = statusCodeOf(err);
  if (status >= 500) log.error({ err, requestId }, 'a request failed');
  const [message, code] =
    status >= 500 ? [ERROR_CODES.INTERNAL, 'INTERNAL'] : [(err as Error).message, 'BAD_REQUEST'];
  return { status, body: { errors: [{ message, extensions: { code } }], extensions } };
}

const statusCodeOf = (err: unknown): number =>
  err instanceof Error && 'statusCode' in err ? Number(err.statusCode) : 500;
