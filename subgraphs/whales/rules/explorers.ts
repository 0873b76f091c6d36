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

/** Null for a chain without a known one. */
export function explorerUrl({ chain, hash }: { chain: string; hash: string }): string | null {
  return EXPLORERS[chain]?.replace('%s', () => encodeURIComponent(hash)) ?? null;
}
