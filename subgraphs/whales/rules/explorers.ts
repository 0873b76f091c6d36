/** Where people look a transaction up, by chain; %s is the hash. */
const EXPLORERS: Readonly<Record<string, string>> = {
  bitcoin: 'https://mempool.space/tx/%s',
  ethereum: 'https://etherscan.io/tx/%s',
  tron: 'https://tronscan.org/#/transaction/%s',
  ripple: 'https://xrpscan.com/tx/%s',
  solana: 'https://solscan.io/tx/%s',
  dogecoin: 'https://dogechain.info/tx/%s',
  polygon: 'https://polygonscan.com/tx/%s',
  bsc: 'https://bscscan.com/tx/%s',
  arbitrum: 'https://arbiscan.io/tx/%s',
  optimism: 'https://optimistic.etherscan.io/tx/%s',
  base: 'https://basescan.org/tx/%s',
};

/** Where people look an address up, by chain; %s is the address. */
const ADDRESSES: Readonly<Record<string, string>> = {
  bitcoin: 'https://mempool.space/address/%s',
  ethereum: 'https://etherscan.io/address/%s',
  tron: 'https://tronscan.org/#/address/%s',
  ripple: 'https://xrpscan.com/account/%s',
  solana: 'https://solscan.io/account/%s',
  dogecoin: 'https://dogechain.info/address/%s',
  polygon: 'https://polygonscan.com/address/%s',
  bsc: 'https://bscscan.com/address/%s',
  arbitrum: 'https://arbiscan.io/address/%s',
  optimism: 'https://optimistic.etherscan.io/address/%s',
  base: 'https://basescan.org/address/%s',
};

/** Chains that this knows before anything of them was seen. */
export const isWellKnown = (chain: string): boolean => chain in ADDRESSES;

/** Null for a chain without a known one. */
export function addressUrl({ chain, address }: { chain: string; address: string }): string | null {
  return ADDRESSES[chain]?.replace('%s', () => encodeURIComponent(address)) ?? null;
}

/** Null for a chain without a known one. */
export function explorerUrl({ chain, hash }: { chain: string; hash: string }): string | null {
  return EXPLORERS[chain]?.replace('%s', () => encodeURIComponent(hash)) ?? null;
}
