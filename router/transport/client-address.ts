import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The network address that a request comes from; empty where its connection is gone. */
export type AddressOf = (request: IncomingMessage) => string;

type Address = ReturnType<typeof ipaddr.process>;
/** Whether `hop` proxies nearer than it have been passed, and this one is to be believed too. */
type IsTrusted = (address: Address, hop: number) => boolean;

/**
 * Finds out where requests come from. A trusted proxy is believed where it says whom it forwards for in
 * `X-Forwarded-For`; what stands there before the nearest address that is not trusted could be anybody's invention.
 * `trusted` are addresses and networks like 10.0.0.0/8, or only the number of proxies on the way.
 * IPv4 addresses in IPv6 (RFC 4291, section 2.5.5.2) become IPv4.
 */
export function createAddressOf(trusted: readonly string[]): AddressOf {
  if (trusted.length === 0) return ({ socket }) => withoutPrefix(socket.remoteAddress ?? '');
  const isTrusted = trustIn(trusted);
  return ({ socket, headers }) => {
    let address = addressIn(socket.remoteAddress ?? '');
    let hop = 0;
    for (const forwarded of forwardedFor(headers)) {
      const next = addressIn(forwarded);
      if (!address || !next || !isTrusted(address, hop)) break;
      address = next;
      hop += 1;
    }
    return address?.toString() ?? '';
  };
}

/** Whether it is an address, or a network in CIDR notation. */
export const isNetwork = (text: string): boolean =>
  isIP(text.split('/', 1)[0] ?? '') !== 0 && (!text.includes('/') || ipaddr.isValidCIDR(text));

/** Whether it is how many proxies there are on the way. */
export const isHopCount = (text: string): boolean => /^[1-9]\d?$/.test(text);

function trustIn(trusted: readonly string[]): IsTrusted {
  const [hops = ''] = trusted;
  if (isHopCount(hops)) return (_, hop) => hop < Number(hops);
  const networks = trusted.map(networkIn);
  return (address) =>
    networks.some(
      ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
    );
}

function networkIn(text: string): [Address, number] {
  const [address = '', bits] = text.split('/');
  const parsed = ipaddr.parse(address);
  const length = bits === undefined ? (parsed.kind() === 'ipv4' ? 32 : 128) : Number(bits);
  if (parsed.kind() === 'ipv4' || !isMapped(parsed) || length < MAPPED_BITS)
    return [parsed, length];
  return [ipaddr.process(address), length - MAPPED_BITS];
}

/** Bits of the prefix ::ffff:0:0/96. */
const MAPPED_BITS = 96;

const isMapped = (address: Address): boolean =>
  'isIPv4MappedAddress' in address && address.isIPv4MappedAddress();

/** Strictly: ipaddr.js would take 010.1 for an address too. */
const addressIn = (text: string): Address | null =>
  isIP(text) === 0 ? null : ipaddr.process(text);

const withoutPrefix = (address: string): string =>
  address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;

/** The nearest first; some proxies add ports. */
const forwardedFor = (headers: IncomingMessage['headers']): string[] =>
  [headers['x-forwarded-for'] ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((text) =>
      text
        .trim()
        .replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
        .replace(/^\[(.+)\](?::\d+)?$/, '$1'),
    )
    .reverse();
