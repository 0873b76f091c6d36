import { isIPv6 } from 'node:net';
import type { Identity } from '@spyhop/platform/identity';
import { canonicalJson } from '../plan/canonical-json';

/**
 * Whose budget and limits are used: those of a subject of an issuer, in however many sessions, or else of the
 * network that a request comes from.
 */
export const payerOf = (identity: Identity | null, address: string): string =>
  identity
    ? `identity:${canonicalJson([identity.claims['iss'], identity.subject])}`
    : `address:${networkOf(address)}`;

const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** What belongs to one client as far as addresses tell: an IPv6 address without its last 64 bits, which every client chooses as it likes (RFC 8981). */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [, mapped] = IPV4_IN_IPV6.exec(address) ?? [];
  if (mapped || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}
