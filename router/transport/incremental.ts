import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Answer } from '../execute/answer';

/** What a client accepts that takes deferred parts (https://github.com/graphql/graphql-over-http, "Incremental Delivery"). */
const DEFER_SPEC = '20220824';
const BOUNDARY = '-';

/** Whether a client takes deferred parts, by its Accept header. */
export const acceptsParts = (accept = ''): boolean =>
  accept
    .toLowerCase()
    .split(',')
    .some(
      (type) => /^\s*multipart\/mixed\b/.test(type) && type.includes(`deferspec=${DEFER_SPEC}`),
    );

/** Sends an answer in parts, each as soon as it is there; what follows a part is sent with it, so that it is whole at once. */
export async function sendParts(
  response: ServerResponse,
  { json, rest }: Answer,
  headers: Readonly<Record<string, string | number | string[] | undefined>>,
): Promise<void> {
  response.writeHead(200, {
    ...headers,
    'content-type': `multipart/mixed;boundary="${BOUNDARY}";deferSpec=${DEFER_SPEC}`,
    'cache-control': 'no-store',
  });
  response.write(`\r\n--${BOUNDARY}${part(String(json))}\r\n--${BOUNDARY}`);
  for await (const payload of rest ?? []) {
    if (response.destroyed) return;
    if (!response.write(`${part(payload)}\r\n--${BOUNDARY}`)) await drained(response);
  }
  response.end('--\r\n');
}

const part = (json: string): string =>
  `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}`;

/** Resolves as well when the client has gone. */
const drained = (response: ServerResponse): Promise<unknown> =>
  Promise.race([once(response, 'drain'), once(response, 'close')]);
