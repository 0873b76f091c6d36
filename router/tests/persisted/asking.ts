import { createHash } from 'node:crypto';
import type { Answer, Rig } from '../kit';

/** As clients hash a text. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a client sends besides or in place of the text that has this hash. */
export const persistedQuery = (sha256Hash: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});

/** Posts a body as it is. */
export async function post(
  rig: Rig,
  body: object,
  headers: HeadersInit = {},
): Promise<{ status: number; headers: Headers; body: Answer['body'] }> {
  const response = await fetch(rig.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const read = (await response.json()) as Answer['body'];
  return { status: response.status, headers: response.headers, body: read };
}

/** Sends a hash alone. */
export const byHash = (rig: Rig, text: string, more: object = {}) =>
  post(rig, { ...persistedQuery(hashOf(text)), ...more });

/** Sends a text once with its hash. */
export const register = (rig: Rig, query: string, more: object = {}) =>
  post(rig, { query, ...persistedQuery(hashOf(query)), ...more });

/** The first error's code. */
export const codeOf = ({ body }: { body: Answer['body'] }): unknown =>
  body.errors?.[0]?.extensions['code'];
