/** Words of owners' names that are written otherwise than with a capital. */
const WRITTEN: Readonly<Record<string, string>> = {
  bitmex: 'BitMEX',
  btc: 'BTC',
  'btc-e': 'BTC-e',
  defi: 'DeFi',
  eth: 'ETH',
  ftx: 'FTX',
  hitbtc: 'HitBTC',
  kucoin: 'KuCoin',
  lbank: 'LBank',
  lcx: 'LCX',
  mexc: 'MEXC',
  okcoin: 'OKCoin',
  okx: 'OKX',
  usdc: 'USDC',
  usdt: 'USDT',
  whitebit: 'WhiteBIT',
};

const written = (word: string): string =>
  WRITTEN[word] ?? word.charAt(0).toUpperCase() + word.slice(1);

/** An owner as people write it: sources and labels have most names in small letters. */
export const ownerName = (owner: string): string => owner.split(' ').map(written).join(' ');
