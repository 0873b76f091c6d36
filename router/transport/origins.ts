import type { IncomingMessage } from 'node:http';
import type { RouterConfig } from '../config/options';

const STUDIO = 'https://studio.apollographql.com';

/** Origins of foreign pages that may use the API. */
export const foreignOrigins = ({ origins, sandbox }: RouterConfig['web']): ReadonlySet<string> =>
  sandbox === 'everyone' ? new Set([STUDIO, ...origins]) : origins;

/** Whether a page of that origin may use the API: its own pages, the listed ones, and programs, which send no origin. */
export function isAllowedOrigin(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  allowed: ReadonlySet<string>,
): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.has(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  // In front of a router without TLS a proxy may have it.
  const isWeaker = page.protocol === 'http:' && 'encrypted' in request.socket;
  return page.host === host && !isWeaker;
}
