import type { OwnerKind } from '../../generated/graphql';
import { ownerName } from './owner-names';

/** What somebody says about a wallet. */
export interface Label {
  name: string;
  owner: string | null;
  kind: OwnerKind;
  source: string;
  sourceUrl: string | null;
  /** ISO 8601 in UTC; null where the source does not say. */
  date: string | null;
  /** 0 to 1. */
  confidence: number;
  isOwn: boolean;
}

/** One of those between whom something moved. */
export interface Party {
  /** Chain and address; null without an address. */
  walletId: string | null;
  address: string | null;
  owner: string | null;
  ownerKind: OwnerKind;
  /** What counts of what sources say. */
  label?: Label | null;
  /** What the viewer says. */
  ownLabel?: Label;
}

/** What a viewer calls wallets, by the wallet's id. */
export type OwnLabels = ReadonlyMap<string, Label>;

export const NO_OWN_LABELS: OwnLabels = new Map();

/** The id of a wallet, as the API has it. */
export const walletIdOf = (chain: string, address: string): string => `${chain}:${address}`;

/** The same party with what a viewer calls it; the very same where that is nothing. */
export function withOwn(party: Party, own: OwnLabels): Party {
  const ownLabel = party.walletId === null ? undefined : own.get(party.walletId);
  return ownLabel ? { ...party, ownLabel } : party;
}

/** The viewer's own label, or else what counts of what sources say. */
export const labelOf = ({ label, ownLabel }: Party): Label | null => ownLabel ?? label ?? null;

/** What kinds of wallets there are, for people. */
export const OWNER_KINDS: Readonly<Record<OwnerKind, string>> = {
  EXCHANGE: 'exchange',
  EXCHANGE_HOT: 'hot wallet',
  EXCHANGE_COLD: 'cold wallet',
  EXCHANGE_DEPOSIT: 'deposit',
  FUND: 'fund',
  TREASURY: 'treasury',
  BRIDGE: 'bridge',
  DEFI: 'DeFi',
  MINT_BURN: 'mint or burn',
  MINER: 'miner',
  OTHER: 'other',
  UNKNOWN: 'unknown',
};

/** What kind of wallet it is, for people; null where nobody says. */
export function walletOf({ ownerKind, ownLabel }: Party): string | null {
  const kind = ownLabel?.kind ?? ownerKind;
  return kind === 'OTHER' || kind === 'UNKNOWN' ? null : OWNER_KINDS[kind];
}

const HEAD = 6;
const TAIL = 4;

/** The address where it can be told apart from others: 0x28c6…1d60. */
export const shortAddress = (address: string): string =>
  address.length <= HEAD + TAIL + 1 ? address : `${address.slice(0, HEAD)}…${address.slice(-TAIL)}`;

/** What somebody calls it, themselves or by a label; null where nobody does. */
export function calledOf({ owner, label, ownLabel }: Party): string | null {
  if (ownLabel) return ownLabel.name;
  const name = owner ?? label?.owner ?? label?.name;
  return name === undefined ? null : ownerName(name);
}

/** Who it is, as far as anybody knows. */
export const nameOf = (party: Party): string =>
  calledOf(party) ?? (party.address === null ? 'unknown' : shortAddress(party.address));

/** Between whom something moved, by the first of each side and what the viewer calls them: A → B. */
export function wayOf(
  { from, to }: { from: readonly Party[]; to: readonly Party[] },
  own: OwnLabels,
): string {
  const named = ([first]: readonly Party[]) => (first ? nameOf(withOwn(first, own)) : 'nobody');
  return `${named(from)} → ${named(to)}`;
}

/** The address of a wallet's page. */
export const walletPath = (chain: string, address: string): string =>
  `/wallet/${encodeURIComponent(chain)}/${encodeURIComponent(address)}`;
