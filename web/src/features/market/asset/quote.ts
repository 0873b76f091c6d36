/** In what an exchange quotes the price of an asset: USDT of the pair BTCUSDT; nothing while the pair is not known. */
export const quoteOf = (symbol: string, pair: string | undefined): string =>
  pair?.startsWith(symbol) === true ? pair.slice(symbol.length) : '';
