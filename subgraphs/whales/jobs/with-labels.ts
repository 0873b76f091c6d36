import type { WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { bestLabel, namedBy } from '../rules/labels';
import { type WalletKey, walletIdOf } from '../rules/wallet';
import type { LabelStore } from '../store/labels';

/** What was seen, with what labels know of those of whom the source says nothing. */
export async function withLabels(
  labels: Pick<LabelStore, 'of'>,
  seen: readonly WhaleTransactionSeen[],
): Promise<WhaleTransactionSeen[]> {
  const wallets = seen.flatMap(unknownWallets);
  if (wallets.length === 0) return [...seen];
  const found = await labels.of(wallets);
  const named = (chain: string, party: WhaleParty): WhaleParty => {
    const known = party.address && found.get(walletIdOf({ chain, address: party.address }));
    return known ? namedBy(party, bestLabel(known)) : party;
  };
  return seen.map(({ chain, legs, ...transaction }) => ({
    ...{ ...transaction, chain },
    legs: legs.map((leg) => ({
      ...leg,
      from: leg.from.map((party) => named(chain, party)),
      to: leg.to.map((party) => named(chain, party)),
    })),
  }));
}

const unknownWallets = ({ chain, legs }: WhaleTransactionSeen): WalletKey[] =>
  legs
    .flatMap(({ from, to }) => [...from, ...to])
    .flatMap(({ address, ownerKind }) =>
      address !== null && ownerKind === 'UNKNOWN' ? [{ chain, address }] : [],
    );
