import { isIP } from 'node:net';
import { invalidInput } from '@spyhop/platform/errors';
import ipaddr from 'ipaddr.js';

const MOST_NETWORKS = 20;
/** Providers hand out IPv6 addresses by networks of this size (RFC 6177); within one it is the same place. */
const PLACE_BITS = 64;
const SITE_BITS = 48;

/** Networks in CIDR notation as they are kept; a lone address is one of itself. Throws INVALID_INPUT. */
export function readNetworks(texts: readonly string[]): string[] {
  if (texts.length > MOST_NETWORKS) throw refused();
  return [...new Set(texts.map((text) => readNetwork(text.trim())))];
}

/** Whether a client may ask from there; anywhere where no network is named, and nowhere where its address is unknown. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  if (networks.length === 0) return true;
  if (!ipaddr.isValid(address)) return false;
  const place = ipaddr.process(address);
  return networks.some((network) => {
    const range = ipaddr.parseCIDR(network);
    return range[0].kind() === place.kind() && place.match(range);
  });
}

/** What makes an address another place than the next; empty where it is unknown. */
export const placeOf = (address: string): string => (isIP(address) === 0 ? '' : networkOf(address));

/**
 * What one subscriber has of the Internet: an IPv4 address, or the first bits of an IPv6 one. What is no address is
 * a network of its own.
 */
export function networkOf(address: string, ipv6Bits = PLACE_BITS): string {
  if (isIP(address) === 0) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  // Without the zone of a link-local address (RFC 4007), which is the reader's own.
  const [plain = ''] = parsed.toString().split('%');
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${plain}/${ipv6Bits}`)}/${ipv6Bits}`;
}

/** The largest network that one subscriber may have: of IPv6 the first 48 bits (RFC 6177). */
export const siteOf = (address: string): string => networkOf(address, SITE_BITS);

/** False also for what stands for an IPv4 address. */
export const isIpv6 = (address: string): boolean =>
  isIP(address) === 6 && ipaddr.process(address).kind() === 'ipv6';

function readNetwork(text: string): string {
  const [address = '', bits, ...more] = text.split('/');
  const isPlain = ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address);
  const isZoned = address.includes('%');
  if (!isPlain || isZoned || more.length > 0 || !/^\d{1,3}$/.test(bits ?? '0')) {
    throw refused();
  }
  const parsed = ipaddr.process(address);
  const most = parsed.kind() === 'ipv4' ? 32 : 128;
  const length = Number(bits ?? most);
  if (length > most) throw refused();
  const network = `${parsed.toString()}/${length}`;
  const first =
    parsed.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(network)
      : ipaddr.IPv6.networkAddressFromCIDR(network);
  return `${first.toString()}/${length}`;
}

const refused = () =>
  invalidInput(
    `Allowed addresses are at most ${MOST_NETWORKS} addresses or networks like 203.0.113.0/24 or 2001:db8::/32.`,
    { argument: 'allowedIps', maximum: MOST_NETWORKS },
  );
