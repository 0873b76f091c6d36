/** Mains that share a process: few processes suit a small machine, production runs each on its own. */
export interface Group {
  name: string;
  mains: readonly string[];
}

/** In the order in which they start; they stop the other way round. Register a new main here. */
export const GROUPS: readonly Group[] = [
  { name: 'subgraphs', mains: ['@spyhop/market/main', '@spyhop/analytics/main'] },
  { name: 'feeds', mains: ['@spyhop/market/feeds/main'] },
  { name: 'router', mains: ['@spyhop/router/main'] },
];
