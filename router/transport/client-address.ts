import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The network address that a request comes from. */
export type AddressOf = (request: IncomingMessage) => string;

/**
 * Finds out where requests come from. A trusted proxy is believed where it says whom it forwards for in
 * `X-Forwarded-For`; what stands there before the nearest address that is not trusted could be anybody's invention.
 * `trusted` are addresses and networks like 10.0.0.0/8, of which `isNetwork` is true.
 */
export function createAddressOf(trusted: readonly string[]): AddressOf {
  const proxies = new BlockList();
  for (const network of trusted) {
    const [address = '', bits] = network.split('/');
    const family = familyOf(address);
    if (bits === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(bits), family);
  }
  return ({ socket, headers }) => {
    let address = socket.remoteAddress ?? '';
    for (const forwarded of forwardedFor(headers)) {
      if (!isIP(address) || !proxies.check(address, familyOf(address)) || !isIP(forwarded)) break;
      address = forwarded;
    }
    return address;
  };
}

/** Whether it is an address, or a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  );
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

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
