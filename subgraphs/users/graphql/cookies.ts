import type { Exchange } from '@spyhop/platform/subgraph-contexts';

/** `__Host-`: only this host can have set it, for all of itself, over TLS (RFC 6265bis, section 4.1.3.2). */
export const REFRESH_COOKIE = '__Host-spyhop-refresh';

const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict';

/** A cookie of the request; undefined where there is none, or where another site has made the browser ask. */
export function readCookie({ headers }: Exchange, name: string): string | undefined {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return undefined;
  const cookies = typeof headers['cookie'] === 'string' ? headers['cookie'].split(';') : [];
  const found = cookies
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

/** Values are of our own making and need no quotes. */
export const setCookie = (
  { respond }: Exchange,
  name: string,
  value: string,
  maxAgeMs: number,
): void =>
  respond('set-cookie', `${name}=${value}; Max-Age=${Math.floor(maxAgeMs / 1_000)}; ${ATTRIBUTES}`);

export const removeCookie = (exchange: Exchange, name: string): void =>
  setCookie(exchange, name, '', 0);
