import type { WhaleParty } from '@spyhop/platform/topics';
import { readAddress } from '../../rules/addresses';
import { amountOf } from '../../rules/amounts';
import type { Sighting } from '../../rules/whale';
import type { MempoolTransaction } from './wire';

export const MEMPOOL_SPACE = 'mempool-space';

const CHAIN = 'bitcoin';
export const SATOSHI_DECIMALS = 8;
const MOST_PARTIES = 50;

/**
 * What a transaction moved to others than those it came from: outputs that pay an address among the inputs
 * are change. Null where it moved nothing, or only made new coins. `now` is epoch ms.
 */
export function sightingOf(
  transaction: MempoolTransaction,
  now: number,
  source = MEMPOOL_SPACE,
): Sighting | null {
  const { txid, vin, vout, status } = transaction;
  const spent = vin.flatMap(({ prevout }) => (prevout ? [prevout] : []));
  const senders = new Set(spent.flatMap(({ scriptpubkey_address: address }) => address ?? []));
  const paid = vout.filter(
    ({ scriptpubkey_address: address, value }) =>
      value > 0 && (address === undefined || !senders.has(address)),
  );
  const total = paid.reduce((sum, { value }) => sum + BigInt(value), 0n);
  const amount = amountOf(total, SATOSHI_DECIMALS);
  if (spent.length === 0 || amount === null) return null;
  const largest = [...paid].sort((a, b) => b.value - a.value);
  const addresses = largest.map(({ scriptpubkey_address: address }) => address ?? null);
  const leg = {
    ...{ symbol: 'BTC', kind: 'TRANSFER' as const, ...amount, statedUsd: null },
    from: partiesOf(senders.size === 0 ? [null] : [...senders]),
    to: partiesOf([...new Set(addresses)]),
  };
  const time = status.block_time === undefined ? now : status.block_time * 1_000;
  return { chain: CHAIN, hash: txid, time, source, legs: [leg] };
}

/** Hash of what made the largest coin that is spent; null where it is not told. */
export function largestCoinOf({ vin }: MempoolTransaction): string | null {
  const [largest] = [...vin].sort((a, b) => (b.prevout?.value ?? 0) - (a.prevout?.value ?? 0));
  return largest?.txid ?? null;
}

const partiesOf = (addresses: readonly (string | null)[]): WhaleParty[] =>
  addresses.slice(0, MOST_PARTIES).map((address) => ({
    address: address === null ? null : readAddress(CHAIN, address),
    owner: null,
    ownerKind: 'UNKNOWN',
  }));
