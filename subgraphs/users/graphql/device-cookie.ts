import { createHash, randomBytes } from 'node:crypto';
import type { Exchange } from '@spyhop/platform/subgraph-contexts';
import { readCookie, setCookie } from './cookies';

const DEVICE_COOKIE = '__Host-spyhop-device';
const VALUE = /^[\w-]{43}$/;
const VALUE_BYTES = 32;
/** As long as browsers keep cookies (RFC 6265bis, section 5.5). */
const KEPT_MS = 400 * 86_400_000;

/** What is kept of the cookie by which a device is known; null without one. */
export function deviceOf(exchange: Exchange): Buffer | null {
  const value = readCookie(exchange, DEVICE_COOKIE);
  return value !== undefined && VALUE.test(value) ? hashOf(value) : null;
}

/** Makes a device known from now on, under a new name where it has none. */
export function keepDevice(exchange: Exchange): Buffer {
  const known = readCookie(exchange, DEVICE_COOKIE);
  const value =
    known !== undefined && VALUE.test(known)
      ? known
      : randomBytes(VALUE_BYTES).toString('base64url');
  setCookie(exchange, DEVICE_COOKIE, value, KEPT_MS);
  return hashOf(value);
}

const hashOf = (value: string): Buffer => createHash('sha256').update(value).digest();
