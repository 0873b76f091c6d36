import type { WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { bestLabel, namedBy, wantingLabels } from '../rules/labels';
import { canonicalOwner, kindOfOwner } from '../rules/owner-names';
import { walletIdOf } from '../rules/wallet';
import type { Journal, Stored } from '../store/journal';
import type { LabelStore } from '../store/labels';

export interface SaveLabelledParts {
  journal: Pick<Journal, 'save'>;
  labels: Pick<LabelStore, 'of' | 'kindsOf' | 'revisionNow'>;
}

/** Stores what was seen, as `Journal.save` does, named by labels. */
export async function saveLabelled(
  { journal, labels }: SaveLabelledParts,
  seen: readonly WhaleTransactionSeen[],
): Promise<Stored | null> {
  // What changes after it was read is looked at anew.
  const revision = await labels.revisionNow();
  return journal.save(await withLabels(labels, seen), revision);
}

/**
 * What was seen, with what labels know of those of whom the source says nothing, and with the kind of those whom it
 * knows by name alone.
 */
async function withLabels(
  labels: Pick<LabelStore, 'of' | 'kindsOf'>,
  seen: readonly WhaleTransactionSeen[],
): Promise<readonly WhaleTransactionSeen[]> {
  const wallets = seen.flatMap(({ chain, legs }) => wantingLabels(chain, legs));
  const names = seen.flatMap(partiesOf).flatMap((party) => bareName(party) ?? []);
  if (wallets.length === 0 && names.length === 0) return seen;
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
  return seen.map(({ chain, legs, ...transaction }) => ({
    ...{ ...transaction, chain },
    legs: legs.map((leg) => ({
      ...leg,
      from: leg.from.map((party) => named(chain, party)),
      to: leg.to.map((party) => named(chain, party)),
    })),
  }));
}

const partiesOf = ({ legs }: WhaleTransactionSeen): WhaleParty[] =>
  legs.flatMap(({ from, to }) => [...from, ...to]);

/** Who it is where that is all there is: neither a wallet nor a kind. */
const bareName = ({ address, owner, ownerKind }: WhaleParty): string | null =>
  address === null && owner !== null && ownerKind === 'OTHER' ? canonicalOwner(owner) : null;
