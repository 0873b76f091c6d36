import type { OwnerKind } from './labels';

/** What the same owner is called elsewhere. */
const SAME: Readonly<Record<string, string>> = {
  okex: 'okx',
  cryptocom: 'crypto.com',
  'crypto-com': 'crypto.com',
  gate: 'gate.io',
  'gate-io': 'gate.io',
  bitthumb: 'bithumb',
  swisborg: 'swissborg',
  bitfinexcom: 'bitfinex',
  btce: 'btc-e',
  htx: 'huobi',
  mxc: 'mexc',
  bitmax: 'ascendex',
  'hoo-com': 'hoo',
  'coss-io': 'coss',
  'lcx-ag': 'lcx',
  'lcx ag': 'lcx',
  'zb-com': 'zb',
  zbcom: 'zb',
  'trade-io': 'trade.io',
  tradeio: 'trade.io',
  'curve-fi': 'curve',
  'celsius network': 'celsius',
  'celsius-network': 'celsius',
  'alameda-research': 'alameda research',
};

/** Names that have a dot of their own. */
const WITH_DOT = new Set(['crypto.com', 'gate.io', 'blockchain.com', 'trade.io']);

/** Words that say what a wallet is, not whose. */
const WALLET_WORDS =
  /\s+(hot|cold|deposits?|dep|funder|old|reserves?|exchange|wallets?|address|contract|[a-z0-9/]+ (hot|cold) wallet|\(?old\)?)$/;

/** Names of nobody: roles, tokens, places. */
const NOBODY =
  /^(null|null address|mev|mev bot|mev builder|miner|fund|fee recipient|fake_phishing|sybil delegate|deprecated|bridged-token|paymaster|contract|token|eth2 depositor|.*(exploiter|hack alert|hacker|phishing|scam).*)$/;

/** Who a name tells of, in lower case, e.g. binance of "Binance 14" and of "Binance Dep: 0x…"; null for nobody. */
export function ownerOf(name: string): string | null {
  let owner = (name.split(':')[0] ?? '').toLowerCase().trim();
  if (NOBODY.test(owner)) return null;
  for (let before = ''; before !== owner;) {
    before = owner;
    owner = owner
      .replace(/\s+#?\d+$/, '')
      .replace(/\s+\([^)]*\)$/, '')
      .replace(WALLET_WORDS, '')
      .trim();
  }
  return canonicalOwner(owner);
}

/** One spelling for each owner; null for what names none. */
export function canonicalOwner(text: string): string | null {
  const owner = text.toLowerCase().trim();
  const plain = WITH_DOT.has(owner)
    ? owner
    : owner.replace(/\.(com|io|org|net|co|finance|fi)$/, '');
  const known = SAME[owner] ?? SAME[plain] ?? plain;
  return known === '' || NOBODY.test(known) ? null : known.slice(0, 100);
}

/** Tags under which Etherscan lists the wallets of one exchange each. */
const EXCHANGES = new Set(
  [
    'abcc allbit ascendex bgogo binance bitfinex bithumb bitmart bitmex bitstamp bittrex changenow',
    'cobinhood coinbase coinbit coinhako coinmetro coinone coinsquare coss-io crex24 crypto-com',
    'deribit digifinex ftx gate-io gbx gemini hitbtc hoo-com hotbit huobi korbit kraken kryptono',
    'kucoin latoken lcx-ag liquid okx paribu poloniex quadrigacx remitano resfinex shapeshift tidex',
    'topbtc trade-io upbit wirex yunbi zb-com',
  ].flatMap((line) => line.split(' ')),
);

/** What a tag of Etherscan's, or a category of another source, says of a wallet. */
const KINDS: Readonly<Record<string, OwnerKind>> = {
  burn: 'MINT_BURN',
  mining: 'MINER',
  miner: 'MINER',
  f2pool: 'MINER',
  miningpoolhub: 'MINER',
  bridge: 'BRIDGE',
  'bridged-token': 'BRIDGE',
  wormhole: 'BRIDGE',
  'hop-protocol': 'BRIDGE',
  multichain: 'BRIDGE',
  'across-protocol': 'BRIDGE',
  connext: 'BRIDGE',
  synapse: 'BRIDGE',
  fund: 'FUND',
  'asset-management': 'FUND',
  'alameda-research': 'FUND',
  'defiance-capital': 'FUND',
  'company-funds': 'TREASURY',
  'dao-funds': 'TREASURY',
  treasury: 'TREASURY',
  centre: 'TREASURY',
  exchange: 'EXCHANGE',
};

const DEFI = new Set(
  [
    'defi dex sushiswap balancer bancor synthetix yearn-finance curve-fi aave mstable cream-finance',
    'set-protocol kyberswap lido maker-vault-owner maker compound rocket-pool liquidity yield-farming',
    'vaults 1inch dydx derivatives 0x-protocol 0x-protocol-ecosystem airswap idex pancakeswap paraswap',
    'instadapp convex-finance liquity abracadabra-money alchemix-finance rari-capital inverse-finance',
    'loans saddle-finance ribbon-finance tokenlon value-defi idle-finance index-protocol pooltogether',
    'enzyme-finance olympusdao aura-finance zapper-fi reflexer-finance fei-protocol yam-finance',
  ].flatMap((line) => line.split(' ')),
);

const MISUSED = /exploiter|hack|phish|scam/i;
/** "ABCC Token (AT)": lists of exchanges have the contracts of their tokens too. */
const TOKEN = /\b(token|Token|coin|Coin)\b|\([A-Z0-9]{2,8}\)$/;

/** What kind of owner tags or categories and a name tell of; OTHER where none of them is known. */
export function kindOf(tags: readonly string[], name: string): OwnerKind {
  // Stolen from an exchange is not the exchange's.
  if (MISUSED.test(name)) return 'OTHER';
  const known = tags.map((tag) => KINDS[tag] ?? (DEFI.has(tag) ? 'DEFI' : null));
  if (known.includes('MINER') || /mining pool/i.test(name)) return 'MINER';
  const isExchange = known.includes('EXCHANGE') || exchangeOf(tags) !== null;
  if (isExchange && TOKEN.test(name)) return 'OTHER';
  const exact = exchangeWallet(tags, name);
  if (exact !== null && (isExchange || !tags.includes('gambling'))) return exact;
  if (isExchange) return 'EXCHANGE';
  return known.find((kind) => kind !== null) ?? 'OTHER';
}

function exchangeWallet(tags: readonly string[], name: string): OwnerKind | null {
  if (tags.some((tag) => tag.endsWith('-deposit')) || /\bdep(osit)?\b/i.test(name)) {
    return tags.some((tag) => tag === 'exchange' || tag.endsWith('-deposit'))
      ? 'EXCHANGE_DEPOSIT'
      : null;
  }
  if (tags.includes('cold-wallet') || (tags.includes('exchange') && /\bcold\b/i.test(name))) {
    return 'EXCHANGE_COLD';
  }
  if (tags.includes('hot-wallet') || (tags.includes('exchange') && /\bhot\b/i.test(name))) {
    return 'EXCHANGE_HOT';
  }
  return null;
}

/** The exchange that a tag of Etherscan's names; null where none does. */
export function exchangeOf(tags: readonly string[]): string | null {
  for (const tag of tags) {
    const name = tag.replace(/-deposit$/, '');
    if (EXCHANGES.has(name)) return canonicalOwner(name);
  }
  return null;
}

const EXCHANGE_OWNERS = new Set([...EXCHANGES].map(canonicalOwner));

/** What kind of owner has that name, as `canonicalOwner` spells it, where it is a large exchange; else null. */
export const kindOfOwner = (owner: string): OwnerKind | null =>
  EXCHANGE_OWNERS.has(owner) ? 'EXCHANGE' : null;
