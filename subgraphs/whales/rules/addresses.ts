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
/** Chains where letters and length tell what can be no address; checksums are not looked at. */
const FORMS: Readonly<Record<string, RegExp>> = {
  bitcoin:
    /^(bc1[02-9ac-hj-np-z]{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34})$/,
  tron: /^T[1-9A-HJ-NP-Za-km-z]{33}$/,
  solana: /^[1-9A-HJ-NP-Za-km-z]{32,44}$/,
  ripple: /^r[1-9A-HJ-NP-Za-km-z]{24,34}$/,
  dogecoin: /^[9AD][1-9A-HJ-NP-Za-km-z]{25,33}$/,
};
/** Of any other chain: letters, digits and what addresses put between them. */
const PLAIN = /^[\w.:-]{4,128}$/;

const withPrefix = (text: string): string => `0x${text.toLowerCase().replace(/^0x/, '')}`;

/** Of a chain like Ethereum: in lower case; null where it is none. */
export const readEvmAddress = (text: string): string | null =>
  EVM_ADDRESS.test(text) ? withPrefix(text) : null;

/** As everybody writes it; null where it is none, e.g. several addresses as one. */
export function readAddress(chain: string, text: string): string | null {
  if (EVM.has(chain)) return readEvmAddress(text);
  if (!(FORMS[chain] ?? PLAIN).test(text)) return null;
  return chain === 'bitcoin' && text.startsWith('BC1') ? text.toLowerCase() : text;
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
