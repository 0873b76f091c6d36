import type { WhaleDirection, WhaleLegKind } from '../../generated/graphql';
import { DIRECTIONS } from './directions';

/** What happened to an amount, where that is not that it was sent. */
const LEG_KINDS: Partial<Record<WhaleLegKind, string>> = {
  MINT: 'Mint',
  BURN: 'Burn',
  FREEZE: 'Freeze',
  UNFREEZE: 'Unfreeze',
  LOCK: 'Lock',
  UNLOCK: 'Unlock',
};

/** What happened to an amount, for people: where to it was sent, or what else was done with it. */
export const kindOf = (kind: WhaleLegKind, direction: WhaleDirection): string =>
  LEG_KINDS[kind] ?? DIRECTIONS[direction];
