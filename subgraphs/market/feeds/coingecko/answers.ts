import type { z } from 'zod';
import { parseExactJson } from '@spyhop/platform/exact-json';
import { type Answer, type BodyRead, headerOf, jsonOf, readBody } from '../answer';
import { ErrorBody } from './wire';

/** What an answer means for the asker. */
export type Outcome<Body> =
  | BodyRead<Body>
  /** No request may be made for so long. */
  | { kind: 'limited'; waitMs: number; reason: string }
  /** The request or the key is wrong: the same again would fail again. */
  | { kind: 'refused'; code: number | null; reason: string };

/** A limit whose end nobody named. */
const DEFAULT_WAIT_MS = 60_000;

/** The CDN blocks this address for a while. */
const CDN_BLOCK = 1020;

/** What is wrong with the key or the plan, and what helps. */
const HINTS: Readonly<Record<number, string>> = {
  10002: 'a key is needed: set COINGECKO_DEMO_KEY or COINGECKO_PRO_KEY',
  10005: 'the plan does not include this',
  10010: 'a pro key belongs in COINGECKO_PRO_KEY',
  10011: 'a demo key belongs in COINGECKO_DEMO_KEY',
  10012: 'the plan does not reach so far back',
};

/** Reads an answer. Never throws, whatever the body holds. */
export function readAnswer<Body>(answer: Answer, schema: z.ZodType<Body>): Outcome<Body> {
  const { status } = answer;
  const json = jsonOf(answer, parseExactJson);
  if (status === 200) return readBody(json, schema);
  const { code, message } = errorOf(answer, json);
  const hint = code === null ? undefined : HINTS[code];
  const reason = `${status}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
  if (status === 429 || code === 429 || isBlockedByCdn(status, code, json))
    return { kind: 'limited', waitMs: waitOf(answer), reason };
  if (status >= 500 || status === 408) return { kind: 'unavailable', reason };
  return { kind: 'refused', code, reason };
}

const isBlockedByCdn = (status: number, code: number | null, json: unknown): boolean =>
  code === CDN_BLOCK || (status === 403 && json === undefined);

function errorOf(answer: Answer, json: unknown): { code: number | null; message: string } {
  const error = ErrorBody.safeParse(json);
  if (!error.success) {
    const type = headerOf(answer, 'content-type') ?? 'no known type';
    return { code: null, message: `a body of ${type}` };
  }
  const { error_code, error_message } = error.data;
  return { code: error_code, message: error_message ?? 'an error without a message' };
}

function waitOf(answer: Answer): number {
  const seconds = Number(headerOf(answer, 'retry-after') || 'none');
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : DEFAULT_WAIT_MS;
}
