import type { WhaleLeg, WhaleParty } from '@spyhop/platform/topics';
import { type WalletKey, walletIdOf } from './wallet';

export type OwnerKind = WhaleParty['ownerKind'];

/** What somebody says of a wallet. */
export interface WalletLabel {
  /** As the source has it. */
  name: string;
  /** In lower case, the same for all sources; null where the name tells of none. */
  owner: string | null;
  kind: OwnerKind;
  /** Who says so, e.g. etherscan-labels. */
  source: string;
  /** Where it can be looked up. */
  sourceUrl: string | null;
  /** When it was said, epoch ms; null where unknown. */
  date: number | null;
  /** How far it is to be believed, 0 to 1. */
  confidence: number;
  /** It is the viewer's own. */
  isOwn: boolean;
}

/** A label that a source gives, and to whom. */
export type SharedLabel = WalletKey & Omit<WalletLabel, 'isOwn'>;

/** Sources that are known, the most careful first. One that is not listed goes before: somebody chose it. */
const SOURCES = ['graphsense', 'etherscan-labels', 'crypto-whale-signals', 'haki-cex-wallets'];

/** The more exact one goes before: which wallet of an exchange, an exchange, somebody, nobody. */
const exactness = (kind: OwnerKind): number => {
  if (kind === 'UNKNOWN') return 3;
  if (kind === 'OTHER') return 2;
  return kind === 'EXCHANGE' ? 1 : 0;
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * All that is said of a wallet, what counts first: the viewer's own before what others say; then by confidence,
 * the higher first; by date, the later first and unknown ones last; by the source's rank; by how exact the kind
 * is; by name.
 */
export const byRank = (labels: readonly WalletLabel[]): WalletLabel[] =>
  [...labels].sort(
    (a, b) =>
      Number(b.isOwn) - Number(a.isOwn) ||
      b.confidence - a.confidence ||
      (b.date ?? -Infinity) - (a.date ?? -Infinity) ||
      SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source) ||
      exactness(a.kind) - exactness(b.kind) ||
      compareText(a.name, b.name),
  );

/** What counts of all that is said of a wallet; null where nothing is. */
export const bestLabel = (labels: readonly WalletLabel[]): WalletLabel | null =>
  byRank(labels)[0] ?? null;

/** The party with what a label knows where its source says nothing; the very same otherwise. */
export function namedBy(party: WhaleParty, label: WalletLabel | null): WhaleParty {
  if (label === null || party.ownerKind !== 'UNKNOWN' || party.owner !== null) return party;
  return { ...party, owner: label.owner, ownerKind: label.kind, isLabelled: true };
}

/** The party as its source tells of it. */
export function unlabelled({ isLabelled, ...party }: WhaleParty): WhaleParty {
  return isLabelled ? { ...party, owner: null, ownerKind: 'UNKNOWN' } : party;
}

/** Wallets whose labels count: of whom no source says anything. */
export const wantingLabels = (chain: string, legs: readonly WhaleLeg[]): WalletKey[] =>
  legs
    .flatMap(({ from, to }) => [...from, ...to])
    .flatMap(({ address, ownerKind, isLabelled }) =>
      address !== null && (isLabelled || ownerKind === 'UNKNOWN') ? [{ chain, address }] : [],
    );

/** Stored legs as labels, by wallet id, have them now; the very same where that is nothing else. */
export function relabelled(
  { chain, legs }: { chain: string; legs: WhaleLeg[] },
  labels: ReadonlyMap<string, readonly WalletLabel[]>,
): WhaleLeg[] {
  let isOtherwise = false;
  const named = (party: WhaleParty): WhaleParty => {
    if (party.address === null) return party;
    const known = labels.get(walletIdOf({ chain, address: party.address })) ?? [];
    const now = namedBy(unlabelled(party), bestLabel(known));
    if (now.owner === party.owner && now.ownerKind === party.ownerKind) return party;
    isOtherwise = true;
    return now;
  };
  const now = legs.map((leg) => ({ ...leg, from: leg.from.map(named), to: leg.to.map(named) }));
  return isOtherwise ? now : legs;
}
