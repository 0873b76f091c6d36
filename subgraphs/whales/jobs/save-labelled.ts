import type { WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { bestLabel, namedBy, wantingLabels } from '../rules/labels';
import { canonicalOwner, kindOfOwner } from '../rules/owner-names';
import { walletIdOf } from '../rules/wallet';
import type { LabelStore } from '../store/labels';

/** What was seen, named by the labels of a revision or a later one. */
export interface Labelled {
  seen: WhaleTransactionSeen[];
  revision: number;
}

/**
 * What was seen, with what labels know of those of whom the source says nothing, and with the kind of those whom it
 * knows by name alone.
 */
export async function withLabels(
  labels: Pick<LabelStore, 'of' | 'kindsOf' | 'revisionNow'>,
  seen: readonly WhaleTransactionSeen[],
): Promise<Labelled> {
  const revision = await labels.revisionNow();
  const wallets = seen.flatMap(({ chain, legs }) => wantingLabels(chain, legs));
  const names = seen.flatMap(partiesOf).flatMap((party) => bareName(party) ?? []);
  if (wallets.length === 0 && names.length === 0) return { seen: [...seen], revision };
  const found = wallets.length === 0 ? new Map<string, never[]>() : await labels.of(wallets);
  const kinds = names.length === 0 ? new Map<string, never>() : await labels.kindsOf(names);
  const named = (chain: string, party: WhaleParty): WhaleParty => {
    const owner = bareName(party);
    if (owner !== null) {
      return { ...party, owner, ownerKind: kinds.get(owner) ?? kindOfOwner(owner) ?? 'OTHER' };
    }
    const known = party.address && found.get(walletIdOf({ chain, address: party.address }));
    return known ? namedBy(party, bestLabel(known)) : party;
  };
  const all = seen.map(({ chain, legs, ...transaction }) => ({
    ...{ ...transaction, chain },
    legs: legs.map((leg) => ({
      ...leg,
      from: leg.from.map((party) => named(chain, party)),
      to: leg.to.map((party) => named(chain, party)),
    })),
  }));
  return { seen: all, revision };
}

const partiesOf = ({ legs }: WhaleTransactionSeen): WhaleParty[] =>
  legs.flatMap(({ from, to }) => [...from, ...to]);

/** Who it is where that is all there is: neither a wallet nor a kind. */
const bareName = ({ address, owner, ownerKind }: WhaleParty): string | null =>
  address === null && owner !== null && ownerKind === 'OTHER' ? canonicalOwner(owner) : null;
