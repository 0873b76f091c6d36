import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const IPV4_BITS = 16;
const IPV6_BITS = 32;

/**
 * The range that an address is from: its first 16 bits (IPv4) or 32 (IPv6), about what one provider has in one
 * region. It says nothing about where on Earth that is. Null for what is no address.
 */
export function rangeOf(address: string): string | null {
  if (isIP(address) === 0) return null;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${parsed.toString()}/${IPV4_BITS}`).toString()}/${IPV4_BITS}`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_BITS}`).toString()}/${IPV6_BITS}`;
}
