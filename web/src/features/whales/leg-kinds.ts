import type { WhaleLegKind } from '../../generated/graphql';

/** What happened to an amount beside that it was sent, for people. */
export const LEG_KINDS: Partial<Record<WhaleLegKind, string>> = {
  MINT: 'Mint',
  BURN: 'Burn',
  FREEZE: 'Freeze',
  UNFREEZE: 'Unfreeze',
  LOCK: 'Lock',
  UNLOCK: 'Unlock',
};
