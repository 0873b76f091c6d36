/** What a token is called, and how many decimals it has. */
export interface Token {
  symbol: string;
  decimals: number;
}

/** Contracts of Ethereum whose names and decimals are well known; whoever issued others may call them anything. */
const ETHEREUM: Readonly<Record<string, Token>> = {
  '0xdac17f958d2ee523a2206206994597c13d831ec7': { symbol: 'USDT', decimals: 6 },
  '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48': { symbol: 'USDC', decimals: 6 },
  '0x6b175474e89094c44da98b954eedeac495271d0f': { symbol: 'DAI', decimals: 18 },
  '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2': { symbol: 'WETH', decimals: 18 },
  '0x2260fac5e5542a773aa44fbcfedf7c193bc2c599': { symbol: 'WBTC', decimals: 8 },
  '0x514910771af9ca656af840dff83e8264ecf986ca': { symbol: 'LINK', decimals: 18 },
  '0x1f9840a85d5af5bf1d1762f925bdaddc4201f984': { symbol: 'UNI', decimals: 18 },
  '0x6982508145454ce325ddbe47a25d4ec3d2311933': { symbol: 'PEPE', decimals: 18 },
  '0x4d224452801aced8b2f0aebe155379bb5d594381': { symbol: 'APE', decimals: 18 },
  '0xbb0e17ef65f82ab018d8edd776e8dd940327b28b': { symbol: 'AXS', decimals: 18 },
  '0x3472a5a71965499acd81997a54bba8d852c6e53d': { symbol: 'BADGER', decimals: 18 },
};

/** Null for a contract of Ethereum that is not well known; the address in lower case. */
export const tokenAt = (address: string): Token | null => ETHEREUM[address] ?? null;
