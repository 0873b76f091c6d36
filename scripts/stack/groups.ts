/** Mains that share a process: few processes suit a small machine, production runs each on its own. */
export interface Group {
  name: string;
  /** A higher layer is stopped before the ones it stands on; the services are layer 0. */
  layer: number;
  mains: readonly string[];
  /** True where HOST opens it to other machines; the others stay on the loopback. */
  isPublic: boolean;
}

/** They start side by side. Register a new main here. */
export const GROUPS: readonly Group[] = [
  {
    name: 'subgraphs',
    layer: 1,
    mains: [
      '@spyhop/market/main',
      '@spyhop/analytics/main',
      '@spyhop/users/main',
      '@spyhop/whales/main',
    ],
    isPublic: false,
  },
  {
    name: 'feeds',
    layer: 1,
    mains: ['@spyhop/market/feeds/main', '@spyhop/whales/feeds/main'],
    isPublic: false,
  },
  { name: 'router', layer: 2, mains: ['@spyhop/router/main'], isPublic: true },
];
