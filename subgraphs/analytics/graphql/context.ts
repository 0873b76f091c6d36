import type { IndicatorBoard } from '../rules/indicators';

/** What resolvers work with. */
export interface AnalyticsContext {
  indicators: IndicatorBoard;
}
