import type { WhaleLeg, WhaleState, WhaleTransactionSeen } from '@spyhop/platform/topics';

/** A large transaction as it is stored. */
export interface WhaleTransaction {
  /** Lower case, e.g. bitcoin. */
  chain: string;
  hash: string;
  /** Place in the order of storing; a new one with each change of status. */
  position: number;
  /** The place that it was stored at first. */
  firstPosition: number;
  /** Of its block, or when it was first seen; epoch ms. */
  time: number;
  legs: WhaleLeg[];
  /** Who has seen it, the first one first. */
  sources: string[];
  state: WhaleState;
}

/** A transaction as a source tells of it, before it has a price. */
export type SightedLeg = Omit<WhaleLeg, 'usd' | 'usdBasis'> & {
  /** What the source says it was worth, in USD; null where it says nothing. */
  statedUsd: string | null;
};
export type Sighting = Omit<WhaleTransactionSeen, 'dataset' | 'legs'> & { legs: SightedLeg[] };

/** A name for all the world: no two chains share hashes by intent. */
export const idOf = ({ chain, hash }: { chain: string; hash: string }): string =>
  `${chain}:${hash}`;

/** Null where the text is no id of a transaction. */
export function readId(id: string): { chain: string; hash: string } | null {
  const at = id.indexOf(':');
  return at > 0 && at < id.length - 1 ? { chain: id.slice(0, at), hash: id.slice(at + 1) } : null;
}

/** A place in the order of storing, as text; hashes have no @. */
export const placeOf = ({
  position,
  ...key
}: Pick<WhaleTransaction, 'chain' | 'hash' | 'position'>): string => `${idOf(key)}@${position}`;

/** Null where the text is none. */
export function readPlace(text: string): number | null {
  const digits = /^[^@]+@(\d{1,15})$/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}
