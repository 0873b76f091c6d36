/** A chain like Ethereum: its addresses and hashes are hexadecimal, with 0x in front and in any case. */
export interface EvmChain {
  /** Lower case, e.g. polygon. */
  name: string;
  /** As EIP-155 numbers it. */
  chainId: number;
  native: { symbol: string; decimals: number };
  /** A block explorer whose paths are those of EIP-3091, without a slash at the end; null where none is known. */
  explorer: string | null;
}

/** All of these coins have as many. */
const DECIMALS = 18;

/** Numbers, coins and explorers as github.com/ethereum-lists/chains has them, and Etherscan lists its own. */
const ROWS: readonly (readonly [
  name: string,
  chainId: number,
  symbol: string,
  explorer: string,
])[] = [
  ['ethereum', 1, 'ETH', 'https://etherscan.io'],
  ['optimism', 10, 'ETH', 'https://optimistic.etherscan.io'],
  ['cronos', 25, 'CRO', 'https://explorer.cronos.org'],
  ['rootstock', 30, 'RBTC', 'https://explorer.rootstock.io'],
  ['bsc', 56, 'BNB', 'https://bscscan.com'],
  ['ethereum-classic', 61, 'ETC', 'https://etc.blockscout.com'],
  ['gnosis', 100, 'XDAI', 'https://gnosisscan.io'],
  ['unichain', 130, 'ETH', 'https://uniscan.xyz'],
  ['polygon', 137, 'POL', 'https://polygonscan.com'],
  ['sonic', 146, 'S', 'https://sonicscan.org'],
  ['fantom', 250, 'FTM', 'https://ftmscan.com'],
  ['zksync', 324, 'ETH', 'https://explorer.zksync.io'],
  ['world-chain', 480, 'ETH', 'https://worldscan.org'],
  ['hyperevm', 999, 'HYPE', 'https://hyperevmscan.io'],
  ['moonbeam', 1_284, 'GLMR', 'https://moonbeam.moonscan.io'],
  ['sei', 1_329, 'SEI', 'https://seitrace.com'],
  ['mantle', 5_000, 'MNT', 'https://mantlescan.xyz'],
  ['kaia', 8_217, 'KAIA', 'https://kaiascan.io'],
  ['base', 8_453, 'ETH', 'https://basescan.org'],
  ['arbitrum', 42_161, 'ETH', 'https://arbiscan.io'],
  ['celo', 42_220, 'CELO', 'https://celoscan.io'],
  ['avalanche', 43_114, 'AVAX', 'https://snowtrace.io'],
  ['linea', 59_144, 'ETH', 'https://lineascan.build'],
  ['berachain', 80_094, 'BERA', 'https://berascan.com'],
  ['blast', 81_457, 'ETH', 'https://blastscan.io'],
  ['scroll', 534_352, 'ETH', 'https://scrollscan.com'],
];

/** What is known without any configuration. */
export const WELL_KNOWN: readonly EvmChain[] = ROWS.map(([name, chainId, symbol, explorer]) => ({
  ...{ name, chainId, explorer },
  native: { symbol, decimals: DECIMALS },
}));
