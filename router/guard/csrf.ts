import type { IncomingHttpHeaders } from 'node:http';

/** Content types that any page may send anywhere without asking first (Fetch Standard, "CORS-safelisted request-header"). */
const SIMPLE_TYPES = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
]);
/** No form and no image can send these. */
const TELLING_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'];

/** Of a request's body, without parameters; undefined where nothing is said of it. */
export const contentTypeOf = (headers: IncomingHttpHeaders): string | undefined =>
  headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();

/** Whether a browser has asked (preflight) before it sent this for a page of another origin. */
export function isPreflighted(
  contentType: string | undefined,
  headers: IncomingHttpHeaders,
): boolean {
  if (contentType && !SIMPLE_TYPES.has(contentType)) return true;
  return TELLING_HEADERS.some((name) => Boolean(headers[name]));
}
