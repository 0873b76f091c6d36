import type { IncomingHttpHeaders } from 'node:http';

/** Content types that any page may send anywhere without asking first (Fetch Standard, "CORS-safelisted request-header"). */
const SIMPLE_TYPES = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
]);
/** No form and no image can send these. */
const TELLING_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'];

/** Whether a browser has asked (preflight) before it sent this for a page of another origin. */
export function isPreflighted(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type !== '' && !SIMPLE_TYPES.has(type)) return true;
  return TELLING_HEADERS.some((name) => Boolean(headers[name]));
}
