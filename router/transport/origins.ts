import type { IncomingMessage } from 'node:http';

/** Whether a page of that origin may use the API: its own pages, the listed ones, and programs, which send no origin. */
export function isAllowedOrigin(
  request: Pick<IncomingMessage, 'headers'>,
  allowed: ReadonlySet<string>,
): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.has(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
