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

const IN_WORD = /[\p{L}\p{N}]/u;

/** A sentence of the API that names owners in small letters, with each of them as people write it. */
export function withOwnerNames(sentence: string, owners: readonly (string | null)[]): string {
  return [...new Set(owners)].reduce<string>((told, owner) => {
    if (!owner) return told;
    return told.replaceAll(owner, (found, at: number) => {
      const around = `${told.charAt(at - 1)}${told.charAt(at + found.length)}`;
      return IN_WORD.test(around) ? found : ownerName(found);
    });
  }, sentence);
}
