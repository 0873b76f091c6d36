import type { WhaleParty } from '@spyhop/platform/topics';
import { readOtherAddress } from '../../rules/addresses';
import { amountOf } from '../../rules/amounts';
import { type Share, spentOf } from '../../rules/net-flows';
import type { Sighting } from '../../rules/whale';
import type { MempoolTransaction } from './wire';

export const MEMPOOL_SPACE = 'mempool-space';

const CHAIN = 'bitcoin';
export const SATOSHI_DECIMALS = 8;
const MOST_PARTIES = 50;

type Output = MempoolTransaction['vout'][number];

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
  const spent = vin.flatMap(({ prevout }) => prevout ?? []);
  const senders = new Set(spent.flatMap(({ scriptpubkey_address: address }) => address ?? []));
  const isChange = ({ scriptpubkey_address: address }: Output): boolean =>
    address !== undefined && senders.has(address);
  const paid = vout.filter((output) => output.value > 0 && !isChange(output));
  const total = paid.reduce((sum, { value }) => sum + BigInt(value), 0n);
  const amount = amountOf(total, SATOSHI_DECIMALS);
  if (spent.length === 0 || amount === null) return null;
  // Of coins that are not told anybody may have had some.
  const isAllTold = spent.length === vin.length;
  const given = isAllTold ? spentOf(sharesOf(spent), sharesOf(vout.filter(isChange))) : null;
  const leg = {
    ...{ symbol: 'BTC', kind: 'TRANSFER' as const, ...amount, statedUsd: null },
    from: partiesOf(senders.size === 0 ? [null] : [...senders], given),
    to: receiversOf([...paid].sort((a, b) => b.value - a.value)),
  };
  const time = status.block_time === undefined ? now : status.block_time * 1_000;
  return { chain: CHAIN, hash: txid, time, source, legs: [leg] };
}

const sharesOf = (outputs: readonly Output[]): Share[] =>
  outputs.flatMap(({ scriptpubkey_address: address, value }) =>
    address === undefined ? [] : [{ address, amount: BigInt(value) }],
  );

function receiversOf(paid: readonly Output[]): WhaleParty[] {
  const sums = new Map<string | null, bigint>();
  for (const { scriptpubkey_address: address = null, value } of paid) {
    sums.set(address, (sums.get(address) ?? 0n) + BigInt(value));
  }
  return partiesOf([...sums.keys()], sums);
}

/** Hash of what made the largest coin that is spent; null where it is not told. */
export function largestCoinOf({ vin }: MempoolTransaction): string | null {
  const [largest] = [...vin].sort((a, b) => (b.prevout?.value ?? 0) - (a.prevout?.value ?? 0));
  return largest?.txid ?? null;
}

/** Who is alone has all of it. */
const partiesOf = (
  addresses: readonly (string | null)[],
  amounts: ReadonlyMap<string | null, bigint> | null,
): WhaleParty[] =>
  addresses.slice(0, MOST_PARTIES).map((address) => {
    const amount = addresses.length > 1 ? amounts?.get(address) : undefined;
    return {
      address: address === null ? null : readOtherAddress(CHAIN, address),
      ...{ owner: null, ownerKind: 'UNKNOWN' },
      ...(amount !== undefined && { amount: String(amount) }),
    };
  });
