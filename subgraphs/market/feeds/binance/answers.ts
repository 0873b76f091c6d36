import type { z } from 'zod';
import { type Answer, type BodyRead, headerOf, jsonOf, readBody } from '../answer';
import { ErrorBody } from './wire';

/** What an answer means for the asker. */
export type Outcome<Body> =
  | BodyRead<Body>
  /** No request from this address may be made for so long. */
  | { kind: 'limited'; waitMs: number; reason: string }
  /** This host does not serve this location; another may. */
  | { kind: 'blocked'; reason: string }
  /** The request itself is wrong: the same again would fail again. */
  | { kind: 'refused'; code: number; reason: string };

/** A limit whose end nobody named. */
const DEFAULT_WAIT_MS = 60_000;
const BANNED_UNTIL = /banned until (\d{13})/;

/** Reads an answer; `now` is epoch ms. Never throws, whatever the body holds. */
export function readAnswer<Body>(
  answer: Answer,
  schema: z.ZodType<Body>,
  now: number,
): Outcome<Body> {
  const { status } = answer;
  const reason = reasonOf(answer);
  if (status === 429 || status === 418 || status === 403)
    return { kind: 'limited', waitMs: waitOf(answer, now), reason };
  if (status === 451) return { kind: 'blocked', reason };
  if (status >= 500 || status === 408) return { kind: 'unavailable', reason };
  if (status !== 200) return readRefusal(answer, reason);
  return readBody(jsonOf(answer, JSON.parse), schema);
}

/** The weight spent in the current window, e.g. of X-MBX-USED-WEIGHT-1M; null where the answer does not say. */
export function usedWeightOf(answer: Answer, window: string): number | null {
  const used = Number(headerOf(answer, `x-mbx-used-weight-${window}`) ?? 'none');
  return Number.isFinite(used) ? used : null;
}

/** An internal error or a timeout of the exchange may come as 400 as well. */
const PASSING_CODES = [-1000, -1001, -1007];

function readRefusal<Body>(answer: Answer, reason: string): Outcome<Body> {
  const error = ErrorBody.safeParse(jsonOf(answer, JSON.parse));
  const code = error.success ? error.data.code : 0;
  return PASSING_CODES.includes(code)
    ? { kind: 'unavailable', reason }
    : { kind: 'refused', code, reason };
}

function reasonOf(answer: Answer): string {
  const error = ErrorBody.safeParse(jsonOf(answer, JSON.parse));
  return error.success
    ? `${answer.status} ${error.data.code} ${error.data.msg}`
    : `${answer.status} with a body of type ${headerOf(answer, 'content-type') ?? 'unknown'}`;
}

function waitOf(answer: Answer, now: number): number {
  const seconds = Number(headerOf(answer, 'retry-after') ?? 'none');
  const afterHeader = Number.isFinite(seconds) ? seconds * 1_000 : null;
  const until = BANNED_UNTIL.exec(answer.body)?.[1];
  const afterBody = until === undefined ? null : Number(until) - now;
  if (afterHeader === null && afterBody === null) return DEFAULT_WAIT_MS;
  return Math.max(afterHeader ?? 0, afterBody ?? 0, 0);
}
