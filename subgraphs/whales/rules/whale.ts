import { WhaleLeg, type WhaleState, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { z } from 'zod';
import type { Fold } from './folding/fold';

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
  /** What it is a part of; null where it stands alone. */
  fold: Fold | null;
  state: WhaleState;
}

/** What moved of one asset, before it has a price. */
export const SightedLeg = WhaleLeg.omit({ usd: true, usdBasis: true }).extend({
  /** What the source says it was worth, in USD; null where it says nothing. */
  statedUsd: z.string().nullable(),
});
export type SightedLeg = z.infer<typeof SightedLeg>;

/** A transaction as a source tells of it. */
export const Sighting = WhaleTransactionSeen.omit({ dataset: true }).extend({
  legs: z.array(SightedLeg),
});
export type Sighting = z.infer<typeof Sighting>;

/** A name for all the world: no two chains share hashes by intent. */
export const idOf = ({ chain, hash }: { chain: string; hash: string }): string =>
  `${chain}:${hash}`;

/** Null where the text is no id of a transaction. */
export function readId(id: string): { chain: string; hash: string } | null {
  const at = id.indexOf(':');
  return at > 0 && at < id.length - 1 ? { chain: id.slice(0, at), hash: id.slice(at + 1) } : null;
}
