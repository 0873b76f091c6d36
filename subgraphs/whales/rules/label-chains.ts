/** The chain on which a currency of a tag pack moves. */
const CHAINS: Readonly<Record<string, string>> = {
  ...{ btc: 'bitcoin', eth: 'ethereum', trx: 'tron', bep2: 'binance-chain', bep20: 'bsc' },
  ...{ bnb: 'bsc', erc20: 'ethereum', matic: 'polygon', avax: 'avalanche', ada: 'cardano' },
  ...{ algo: 'algorand', apt: 'aptos', bch: 'bitcoin-cash', bsv: 'bitcoin-sv', atom: 'cosmos' },
  ...{ dash: 'dash', eos: 'eos', ftm: 'fantom', fil: 'filecoin', ltc: 'litecoin', neo: 'neo' },
  ...{ omni: 'bitcoin', rbtc: 'rootstock', ripple: 'ripple', xrp: 'ripple', sol: 'solana' },
  ...{ xlm: 'stellar', xtz: 'tezos', vet: 'vechain', zec: 'zcash', xmr: 'monero', miota: 'iota' },
  ...{ dgb: 'digibyte', xvg: 'verge', zil: 'zilliqa', doge: 'dogecoin', dot: 'polkadot' },
  ...{ ksm: 'kusama', dcr: 'decred', xec: 'ecash', luna: 'terra', luna2: 'terra', near: 'near' },
  ...{ etc: 'ethereum-classic', theta: 'theta', waves: 'waves', waxp: 'wax', tlos: 'telos' },
  'l-btc': 'liquid',
};

/** Tokens that move on several chains. */
const TOKENS = new Set(['usdt', 'usdc', 'kcs', 'busd']);

/** Chains by what an address of theirs looks like. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^0x[0-9a-f]{40}$/i, 'ethereum'],
  [/^T[1-9A-HJ-NP-Za-km-z]{33}$/, 'tron'],
  [/^(1|3)[1-9A-HJ-NP-Za-km-z]{25,34}$/, 'bitcoin'],
  [/^[A-Z2-7]{58}$/, 'algorand'],
  [/^[1-9A-HJ-NP-Za-km-z]{43,44}$/, 'solana'],
];

/** Where an address of a currency is; null where that cannot be told. */
export function chainOfCurrency(currency: string, address: string): string | null {
  const code = currency.toLowerCase();
  if (!TOKENS.has(code)) return CHAINS[code] ?? null;
  return FORMS.find(([form]) => form.test(address))?.[1] ?? null;
}
