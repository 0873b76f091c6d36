import { invalidInput } from '@spyhop/platform/errors';
import type { OwnerKind, WalletLabel } from './labels';
import type { WalletKey } from './wallet';

/** Of one user. */
export const MOST_OWN_LABELS = 2_000;
/** Of one user. */
export const MOST_FOLLOWED = 200;
export const LONGEST_NAME = 100;
export const LONGEST_NOTE = 1_000;

/** What a user calls a wallet. */
export interface OwnLabel extends WalletKey {
  name: string;
  kind: OwnerKind;
  /** Empty for none. */
  note: string;
  /** Epoch ms. */
  updatedAt: number;
}

/** As it stands among other labels: before all of them. */
export const asLabel = ({ name, kind, updatedAt }: OwnLabel): WalletLabel => ({
  ...{ name, kind, owner: null, source: 'own', sourceUrl: null },
  ...{ date: updatedAt, confidence: 1, isOwn: true },
});

/** A wallet that a user follows. */
export interface FollowedWallet extends WalletKey {
  id: string;
  /** As its follower calls it; empty for none. */
  name: string;
  /** As its follower sorts it; empty for none. */
  group: string;
  /** Epoch ms. */
  since: number;
}

/** Without spaces around. Throws INVALID_INPUT for text that is too long, or empty where it may not be. */
export function readText(
  text: string | null | undefined,
  argument: string,
  { least = 0, most }: { least?: number; most: number },
): string {
  const read = text?.trim() ?? '';
  if (read.length >= least && read.length <= most) return read;
  throw invalidInput(`\`${argument}\` is ${least} to ${most} characters long.`, { argument });
}
