import { isIP } from 'node:net';
import type { Exchange } from '@spyhop/platform/subgraph-contexts';
import type { Client } from '../rules/session';
import { deviceOf } from './device-cookie';

/** With which the router says where a client asks from. */
const CLIENT_ADDRESS_HEADER = 'x-client-address';

const LONGEST_USER_AGENT = 256;

/** Who asks, as far as headers that may hold anything can be believed. */
export function clientOf(exchange: Exchange): Client {
  const { headers } = exchange;
  const address = textOf(headers[CLIENT_ADDRESS_HEADER]);
  return {
    address: isIP(address) ? address : '',
    userAgent: textOf(headers['user-agent'])
      .replace(/[^\x20-\x7e]/g, '?')
      .slice(0, LONGEST_USER_AGENT),
    device: deviceOf(exchange),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
