export interface Coin {
  symbol: string;
  chain: string;
}

const COINS: Readonly<Record<string, Coin>> = {
  btc: { symbol: 'BTC', chain: 'bitcoin' },
  eth: { symbol: 'ETH', chain: 'ethereum' },
  link: { symbol: 'LINK', chain: 'ethereum' },
  sol: { symbol: 'SOL', chain: 'solana' },
  bnb: { symbol: 'BNB', chain: 'bsc' },
};

/** The coin of a file whose rows do not name it: the one that its name begins with, as in btc_flows.csv. */
export const coinOf = (file: string): Coin | undefined =>
  COINS[/^[a-z]+/i.exec(file)?.[0].toLowerCase() ?? ''];
