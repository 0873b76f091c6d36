import { createHash } from 'node:crypto';
import type { WhaleParty } from '@spyhop/platform/topics';
import type { Draws } from './draws';

/** An asset as it moves on a chain. */
export interface Coin {
  symbol: string;
  chain: string;
  decimals: number;
}

const coin = (symbol: string, chain: string, decimals: number): Coin => ({
  symbol,
  chain,
  decimals,
});

export const BITCOIN = coin('BTC', 'bitcoin', 8);

/** Those that move most come more often. */
export const COINS: readonly [Coin, ...Coin[]] = [
  BITCOIN,
  BITCOIN,
  BITCOIN,
  coin('ETH', 'ethereum', 18),
  coin('ETH', 'ethereum', 18),
  coin('ETH', 'ethereum', 18),
  coin('USDT', 'ethereum', 6),
  coin('USDT', 'tron', 6),
  coin('USDT', 'tron', 6),
  coin('USDC', 'ethereum', 6),
  coin('SOL', 'solana', 9),
  coin('XRP', 'ripple', 6),
  coin('LINK', 'ethereum', 18),
  coin('DOGE', 'dogecoin', 8),
];

/** Tokens whose issuer makes and destroys them. */
export const ISSUED: readonly [Issued, ...Issued[]] = [
  { ...coin('USDT', 'tron', 6), issuer: 'tether treasury' },
  { ...coin('USDT', 'ethereum', 6), issuer: 'tether treasury' },
  { ...coin('USDC', 'ethereum', 6), issuer: 'usdc treasury' },
];
type Issued = Coin & { issuer: string };

export const EXCHANGES: readonly [string, ...string[]] = [
  'binance',
  'coinbase',
  'kraken',
  'okx',
  'bybit',
  'bitfinex',
];
export const FUNDS: readonly [string, ...string[]] = [
  'grayscale',
  'jump trading',
  'galaxy digital',
];

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/**
 * An address that looks like one of the chain and is nobody's. The same name has the same one; those with a
 * checksum have no valid one.
 */
export function addressOf(chain: string, name: string): string {
  const digest = createHash('sha256').update(`${chain}/${name}`).digest();
  if (chain === 'ethereum') return `0x${digest.toString('hex').slice(0, 40)}`;
  if (chain === 'bitcoin') return `bc1q${bech32(digest)}`;
  const first = { tron: 'T', ripple: 'r', dogecoin: 'D' }[chain];
  return first === undefined ? base58(digest) : `${first}${base58(digest).slice(-33)}`;
}

const bech32 = (digest: Buffer): string =>
  [...digest, ...digest.subarray(0, 6)].map((byte) => BECH32.charAt(byte % 32)).join('');

/** 32 bytes are at most 44 letters, and hardly ever less than 42. */
function base58(digest: Buffer): string {
  const letters: string[] = [];
  for (let rest = BigInt(`0x${digest.toString('hex')}`); rest > 0n; rest /= 58n) {
    letters.unshift(BASE58.charAt(Number(rest % 58n)));
  }
  return letters.join('');
}

export const unknown = (chain: string, draws: Draws): WhaleParty => ({
  address: addressOf(chain, draws.hex()),
  owner: null,
  ownerKind: 'UNKNOWN',
});

const WALLETS_EACH = 4;

/** One of an exchange's few hot or cold wallets. */
export function exchangeWallet(
  chain: string,
  owner: string,
  ownerKind: 'EXCHANGE_HOT' | 'EXCHANGE_COLD',
  draws: Draws,
): WhaleParty {
  const number = draws.whole(1, WALLETS_EACH);
  return { address: addressOf(chain, `${owner} ${ownerKind} ${number}`), owner, ownerKind };
}

/** The address that an exchange has given to one of its customers. */
export const depositAddress = (chain: string, owner: string, draws: Draws): WhaleParty => ({
  address: addressOf(chain, draws.hex()),
  owner,
  ownerKind: 'EXCHANGE_DEPOSIT',
});

export const known = (
  chain: string,
  owner: string,
  ownerKind: WhaleParty['ownerKind'],
): WhaleParty => ({ address: addressOf(chain, owner), owner, ownerKind });
