/** Chains whose addresses and hashes are hexadecimal, with 0x in front and in any case. */
const EVM = new Set([
  'ethereum',
  'polygon',
  'bsc',
  'arbitrum',
  'optimism',
  'base',
  'avalanche',
  'hyperevm',
]);

const EVM_ADDRESS = /^(0x)?[0-9a-f]{40}$/i;
const EVM_HASH = /^(0x)?[0-9a-f]{64}$/i;
/** Of any other chain: letters, digits and what addresses put between them. */
const PLAIN = /^[\w.:-]{4,128}$/;

const withPrefix = (text: string): string => `0x${text.toLowerCase().replace(/^0x/, '')}`;

/** Of a chain like Ethereum: in lower case; null where it is none. */
export const readEvmAddress = (text: string): string | null =>
  EVM_ADDRESS.test(text) ? withPrefix(text) : null;

/** As everybody writes it; null where it is none, e.g. several addresses as one. */
export function readAddress(chain: string, text: string): string | null {
  if (EVM.has(chain)) return readEvmAddress(text);
  return PLAIN.test(text) ? text : null;
}

/** As everybody writes it; null where it is none. */
export function readHash(chain: string, text: string): string | null {
  if (EVM.has(chain)) return EVM_HASH.test(text) ? withPrefix(text) : null;
  return PLAIN.test(text) ? text : null;
}

/** Null for what can be no name of a chain. */
export function readChain(text: string): string | null {
  const chain = text.toLowerCase();
  return /^[a-z][a-z0-9_-]{0,31}$/.test(chain) ? chain : null;
}
