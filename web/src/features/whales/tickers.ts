/** Assets that large holders move most; others can be asked for by name. */
export const TICKERS: readonly string[] = [
  ...['BTC', 'ETH', 'USDT', 'USDC', 'SOL', 'XRP', 'LINK', 'DOGE'],
];
