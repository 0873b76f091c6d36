import { basename } from 'node:path';
import { readChain } from '../../rules/addresses';
import { type Chains, wellKnownChains } from '../../rules/chains';
import { chainOfCurrency } from '../../rules/label-chains';
import type { SharedLabel } from '../../rules/labels';
import { canonicalOwner, exchangeOf, kindOf, ownerOf } from '../../rules/owner-names';
import { EtherscanAccount, GeneralLabel, Tag, type TagPack } from './wire';

/** A row that gives no label; the message says why. */
export class BadLabel extends Error {
  override readonly name = 'BadLabel';
}

/** What is known of datasets that do not say it row by row. The date is the earliest that a row can be of. */
const ETHERSCAN = {
  source: 'etherscan-labels',
  // The crawl took from June to October 2023.
  date: Date.UTC(2023, 5, 1),
  confidence: 0.7,
};
const WHALE_SIGNALS = {
  source: 'crypto-whale-signals',
  sourceUrl: 'https://github.com/zty05070242/crypto-whale-signals-and-sentiment',
  date: null,
  confidence: 0.5,
};
/** It lists one address under up to nine exchanges. */
const EXCHANGE_LISTS = {
  source: 'haki-cex-wallets',
  sourceUrl: 'https://github.com/Hakimaxxxx/Haki_Crypto2025',
  date: null,
  confidence: 0.2,
};
/** Of a tag pack, by where its maker has it from; anything else is in between. */
const TAG_CONFIDENCE: Readonly<Record<string, number>> = {
  ownership: 1,
  service_data: 0.9,
  web_crawl: 0.6,
};
const OTHER_TAG = 0.5;

/** A row of the general format. Throws BadLabel. */
export function generalLabel(row: unknown, chains: Chains): SharedLabel {
  const read = GeneralLabel.safeParse(row);
  if (!read.success) throw new BadLabel(faultOf(read.error));
  const { chain, address, owner, ...rest } = read.data;
  const named = owner === null ? ownerOf(rest.name) : canonicalOwner(owner);
  return { ...walletOf(chain, address, chains), ...rest, owner: named };
}

/** A row of `address,label,category`, all of Ethereum. Throws BadLabel. */
export function whaleSignal({ address, label, category }: Record<string, string>): SharedLabel {
  const text = nameOf(label);
  const isOther = category === 'other' || !category;
  if (text === null && isOther) throw new BadLabel('it has neither a name nor a category');
  const name = text ?? category ?? '';
  return {
    ...walletOf('ethereum', address, wellKnownChains),
    ...{ name, kind: kindOf([category ?? ''], name), owner: text && ownerOf(text) },
    ...WHALE_SIGNALS,
  };
}

/** An account of Etherscan's with the tags that it is listed under. Throws BadLabel. */
export function etherscanLabel(address: string, account: unknown): SharedLabel {
  const read = EtherscanAccount.safeParse(account);
  if (!read.success) throw new BadLabel(faultOf(read.error));
  const { labels: tags } = read.data;
  const text = nameOf(read.data.name);
  const name = text ?? tags[0];
  if (!name) throw new BadLabel('it has neither a name nor a tag');
  const wallet = walletOf('ethereum', address, wellKnownChains);
  const kind = kindOf(tags, name);
  return {
    ...{ ...wallet, name, kind, owner: ownerFrom(tags, text, kind) },
    ...{ ...ETHERSCAN, sourceUrl: `https://etherscan.io/address/${wallet.address}` },
  };
}

const ownerFrom = (tags: readonly string[], name: string | null, kind: string): string | null =>
  (kind.startsWith('EXCHANGE') ? exchangeOf(tags) : null) ?? (name && ownerOf(name));

/** A row of `accounts/<tag>.csv`. Throws BadLabel. */
export const etherscanRow = (row: Record<string, string>, path: string): SharedLabel =>
  etherscanLabel(row['address'] ?? '', {
    name: row['name tag'] ?? '',
    labels: [basename(path).replace(/\.csv(\.gz)?$/i, '')],
  });

/** The chain by how the file is called. */
const LISTED_CHAINS: readonly (readonly [RegExp, string])[] = [
  [/^(bnb|bsc)/i, 'bsc'],
  [/^btc/i, 'bitcoin'],
  [/^(erc20|eth)/i, 'ethereum'],
  [/^sol/i, 'solana'],
  [/^(trx|tron)/i, 'tron'],
];

/** Null where the file's name tells of no chain. */
export const listedChain = (path: string): string | null =>
  LISTED_CHAINS.find(([form]) => form.test(basename(path)))?.[1] ?? null;

/** An address that is listed under an exchange. Throws BadLabel. */
export const listedAddress = (chain: string, exchange: string, address: unknown): SharedLabel => ({
  ...walletOf(chain, typeof address === 'string' ? address : '', wellKnownChains),
  ...{ name: exchange.slice(0, 200), kind: 'EXCHANGE', owner: canonicalOwner(exchange) },
  ...EXCHANGE_LISTS,
});

/** A tag, with what its pack says of all. Throws BadLabel. */
export function tagLabel(pack: TagPack, tag: unknown, chains: Chains): SharedLabel {
  const read = Tag.safeParse(tag);
  if (!read.success) throw new BadLabel(faultOf(read.error));
  const of = <Key extends keyof Omit<TagPack, 'tags'>>(key: Key) => read.data[key] ?? pack[key];
  const [name, currency, actor] = [of('label'), of('currency'), of('actor')];
  if (name === null) throw new BadLabel('it has no label');
  if (currency === null) throw new BadLabel('it has no currency');
  const { address } = read.data;
  const chain = chainOfCurrency(currency, address);
  if (chain === null) throw new BadLabel(`the chain of ${quoted(currency)} is not known`);
  const tags = [of('category') ?? ''];
  return {
    ...{ ...walletOf(chain, address, chains), name: name.slice(0, 200), kind: kindOf(tags, name) },
    ...{ owner: actor === null ? ownerOf(name) : canonicalOwner(actor), source: 'graphsense' },
    ...{ sourceUrl: of('source'), date: of('lastmod') },
    confidence: TAG_CONFIDENCE[of('confidence') ?? ''] ?? OTHER_TAG,
  };
}

function walletOf(
  chainText: string,
  text: string | undefined,
  chains: Chains,
): { chain: string; address: string } {
  const chain = readChain(chainText);
  if (chain === null) throw new BadLabel(`${quoted(chainText)} is no name of a chain`);
  const address = chains.readAddress(chain, text?.trim() ?? '');
  if (address === null) throw new BadLabel(`${quoted(text ?? '')} is no address of ${chain}`);
  return { chain, address };
}

const nameOf = (text: string | undefined): string | null => {
  const name = text?.trim() ?? '';
  return name === '' || name === 'null' ? null : name.slice(0, 200);
};

const faultOf = ({ issues }: { issues: readonly { path: PropertyKey[]; message: string }[] }) =>
  issues.map(({ path, message }) => `${path.join('.') || 'the row'}: ${message}`).join('; ');

const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));
