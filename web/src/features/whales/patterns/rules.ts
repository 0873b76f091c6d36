import type { WhalePatternRule } from '../../../generated/graphql';

/** What patterns are called. */
export const PATTERN_RULES: Readonly<Record<WhalePatternRule, string>> = {
  ACCUMULATION: 'Accumulation',
  DISTRIBUTION: 'Distribution',
  DORMANT_WAKING: 'Dormant wallet waking',
  DORMANT_COINS: 'Dormant coins waking',
  EXCHANGE_INFLOW_SPIKE: 'Inflow spike',
  EXCHANGE_OUTFLOW_SPIKE: 'Outflow spike',
  MINT: 'Mint',
  BURN: 'Burn',
  SERIES: 'Same-size series',
};
