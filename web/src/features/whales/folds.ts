import type { FoldReason } from '../../generated/graphql';

/** Why transactions are shown as one, for people. */
export const FOLD_REASONS: Readonly<Record<FoldReason, string>> = {
  INTERNAL: 'Internal moves',
  PEEL_CHAIN: 'Peel chain',
  CONSOLIDATION: 'Consolidation',
  CHANGE: 'With change',
};
