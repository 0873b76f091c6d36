/** Pages of a block explorer. */
export interface Explorer {
  /** %s is the hash. */
  transaction: string;
  /** %s is the address. */
  address: string;
}

const blockchair = (chain: string): Explorer => ({
  transaction: `https://blockchair.com/${chain}/transaction/%s`,
  address: `https://blockchair.com/${chain}/address/%s`,
});

/** An explorer whose paths are those of EIP-3091, which is what those of chains like Ethereum have agreed upon. */
export const eip3091 = (site: string): Explorer => ({
  transaction: `${site}/tx/%s`,
  address: `${site}/address/%s`,
});

/** Where people look transactions and addresses up, of chains unlike Ethereum. */
export const EXPLORERS: Readonly<Record<string, Explorer>> = {
  bitcoin: eip3091('https://mempool.space'),
  'bitcoin-cash': blockchair('bitcoin-cash'),
  dash: blockchair('dash'),
  dogecoin: blockchair('dogecoin'),
  litecoin: blockchair('litecoin'),
  zcash: blockchair('zcash'),
  liquid: eip3091('https://liquid.network'),
  tron: {
    transaction: 'https://tronscan.org/#/transaction/%s',
    address: 'https://tronscan.org/#/address/%s',
  },
  ripple: {
    transaction: 'https://xrpscan.com/tx/%s',
    address: 'https://xrpscan.com/account/%s',
  },
  solana: {
    transaction: 'https://solscan.io/tx/%s',
    address: 'https://solscan.io/account/%s',
  },
  stellar: {
    transaction: 'https://stellar.expert/explorer/public/tx/%s',
    address: 'https://stellar.expert/explorer/public/account/%s',
  },
  cardano: {
    transaction: 'https://cardanoscan.io/transaction/%s',
    address: 'https://cardanoscan.io/address/%s',
  },
  cosmos: {
    transaction: 'https://www.mintscan.io/cosmos/tx/%s',
    address: 'https://www.mintscan.io/cosmos/address/%s',
  },
  tezos: {
    transaction: 'https://tzkt.io/%s',
    address: 'https://tzkt.io/%s',
  },
  near: {
    transaction: 'https://nearblocks.io/txns/%s',
    address: 'https://nearblocks.io/address/%s',
  },
  ton: {
    transaction: 'https://tonviewer.com/transaction/%s',
    address: 'https://tonviewer.com/%s',
  },
};

/** The page of a hash or an address. */
export const pageOf = (template: string, key: string): string =>
  template.replace('%s', () => encodeURIComponent(key));
