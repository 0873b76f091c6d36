import { NOT_CACHED } from '../cache/cache-headers';
import type { Answer } from './answer';
import { type PathError, statusOf } from './errors';

/** What a response says of the request that it answers. */
export interface Told {
  requestId: string;
  /** Estimated; null where the response does not say it. */
  cost?: number | null;
}

/** A whole response with errors; `data` is empty, or its member with a comma behind it. */
export const withErrors = (
  data: string,
  errors: readonly unknown[],
  { requestId, cost = null }: Told,
): string =>
  `{${data}"errors":${JSON.stringify(errors)},"extensions":${JSON.stringify({ requestId, ...costOf(cost) })}}`;

/** The member of a response without errors that says what it cost, after a comma. */
export const withCost = ({ cost = null }: Told): string =>
  cost === null ? '' : `,"extensions":${JSON.stringify(costOf(cost))}`;

const costOf = (cost: number | null) => (cost === null ? {} : { cost: { estimated: cost } });

/** Everything went well. */
export const answered = (json: string | Buffer): Answer => ({
  json,
  headers: NOT_CACHED,
  outcome: 'ok',
  status: null,
  rest: null,
});

/** The answer of a dry run. */
export const NOTHING_RUN = answered('{"data":null}');

/** Nothing was executed. */
export const refusal = (json: string, status: number | null): Answer => ({
  json,
  headers: NOT_CACHED,
  outcome: 'refused',
  status,
  rest: null,
});

/** Nothing is left of the operation for who asks. */
export const nothingPermitted = (errors: readonly PathError[], told: Told): Answer =>
  refusal(
    withErrors('"data":null,', errors, told),
    statusOf(errors[0]?.extensions.code ?? 'FORBIDDEN'),
  );
