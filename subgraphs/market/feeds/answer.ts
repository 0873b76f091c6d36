import type { z } from 'zod';
import { faultsOf } from './faults';

/** An HTTP answer as far as it matters here; header names in lower case. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** What an answer with status 200 holds. */
export type BodyRead<Body> =
  | { kind: 'ok'; body: Body }
  /** Nothing wrong with the request; worth another try. */
  | { kind: 'unavailable'; reason: string };

export function headerOf(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Undefined for an HTML page or anything else that does not call itself JSON, or is none. */
export function jsonOf(answer: Answer, parse: (text: string) => unknown): unknown {
  if (!(headerOf(answer, 'content-type') ?? '').includes('json')) return undefined;
  try {
    return parse(answer.body);
  } catch {
    return undefined;
  }
}

/** Takes what `jsonOf` found. */
export function readBody<Body>(json: unknown, schema: z.ZodType<Body>): BodyRead<Body> {
  if (json === undefined) return { kind: 'unavailable', reason: '200 without a JSON body' };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { kind: 'ok', body: parsed.data };
  return { kind: 'unavailable', reason: `an unexpected body: ${faultsOf(parsed.error)}` };
}
