import { isIP } from 'node:net';
import type { Client } from '../rules/session';

/** With which the router says where a client asks from. */
export const CLIENT_ADDRESS_HEADER = 'x-client-address';

const LONGEST_USER_AGENT = 256;

/** Where somebody asks from, as far as headers that may hold anything can be believed. */
export function clientOf(headers: Readonly<Record<string, unknown>>): Client {
  const address = textOf(headers[CLIENT_ADDRESS_HEADER]);
  return {
    address: isIP(address) ? address : '',
    userAgent: textOf(headers['user-agent'])
      .replace(/[^\x20-\x7e]/g, '?')
      .slice(0, LONGEST_USER_AGENT),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
