interface Explorer {
  /** %s is the hash. */
  transaction: string;
  /** %s is the address. */
  address: string;
}

/** Where people look transactions and addresses up, by chain. */
const EXPLORERS: Readonly<Record<string, Explorer>> = {
  bitcoin: {
    transaction: 'https://mempool.space/tx/%s',
    address: 'https://mempool.space/address/%s',
  },
  ethereum: {
    transaction: 'https://etherscan.io/tx/%s',
    address: 'https://etherscan.io/address/%s',
  },
  tron: {
    transaction: 'https://tronscan.org/#/transaction/%s',
    address: 'https://tronscan.org/#/address/%s',
  },
  ripple: {
    transaction: 'https://xrpscan.com/tx/%s',
    address: 'https://xrpscan.com/account/%s',
  },
  solana: {
    transaction: 'https://solscan.io/tx/%s',
    address: 'https://solscan.io/account/%s',
  },
  dogecoin: {
    transaction: 'https://dogechain.info/tx/%s',
    address: 'https://dogechain.info/address/%s',
  },
  polygon: {
    transaction: 'https://polygonscan.com/tx/%s',
    address: 'https://polygonscan.com/address/%s',
  },
  bsc: {
    transaction: 'https://bscscan.com/tx/%s',
    address: 'https://bscscan.com/address/%s',
  },
  arbitrum: {
    transaction: 'https://arbiscan.io/tx/%s',
    address: 'https://arbiscan.io/address/%s',
  },
  optimism: {
    transaction: 'https://optimistic.etherscan.io/tx/%s',
    address: 'https://optimistic.etherscan.io/address/%s',
  },
  base: {
    transaction: 'https://basescan.org/tx/%s',
    address: 'https://basescan.org/address/%s',
  },
};

/** Chains that this knows before anything of them was seen. */
export const isWellKnown = (chain: string): boolean => Object.hasOwn(EXPLORERS, chain);

const explorerOf = (chain: string): Explorer | undefined =>
  isWellKnown(chain) ? EXPLORERS[chain] : undefined;

/** Null for a chain without a known one. */
export function addressUrl({ chain, address }: { chain: string; address: string }): string | null {
  return explorerOf(chain)?.address.replace('%s', () => encodeURIComponent(address)) ?? null;
}

/** Null for a chain without a known one. */
export function explorerUrl({ chain, hash }: { chain: string; hash: string }): string | null {
  return explorerOf(chain)?.transaction.replace('%s', () => encodeURIComponent(hash)) ?? null;
}
