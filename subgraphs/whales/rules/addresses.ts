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
/** Bytes in hexadecimal digits that say so mean the same in any case. */
const HEXADECIMAL = /^0x[0-9a-f]+$/i;

const withPrefix = (text: string): string => `0x${text.toLowerCase().replace(/^0x/, '')}`;

/** Of a chain like Ethereum: in lower case; null where it is none. */
export const readEvmAddress = (text: string): string | null =>
  EVM_ADDRESS.test(text) ? withPrefix(text) : null;

/** Of a chain like Ethereum: in lower case; null where it is none. */
export const readEvmHash = (text: string): string | null =>
  EVM_HASH.test(text) ? withPrefix(text) : null;

/** Of a chain unlike Ethereum, or one that nothing is known of: as everybody writes it; null where it is none. */
export function readOtherAddress(chain: string, text: string): string | null {
  if (!(FORMS[chain] ?? PLAIN).test(text)) return null;
  return chain === 'bitcoin' && text.startsWith('BC1') ? text.toLowerCase() : inOneCase(text);
}

/** Of a chain unlike Ethereum, or one that nothing is known of: as everybody writes it; null where it is none. */
export const readOtherHash = (text: string): string | null =>
  PLAIN.test(text) ? inOneCase(text) : null;

const inOneCase = (text: string): string => (HEXADECIMAL.test(text) ? text.toLowerCase() : text);

/** Null for what can be no name of a chain. */
export function readChain(text: string): string | null {
  const chain = text.toLowerCase();
  return /^[a-z][a-z0-9_-]{0,31}$/.test(chain) ? chain : null;
}
