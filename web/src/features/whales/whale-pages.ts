/** The pages about whales, as their tabs stand. */
export const WHALE_PAGES = [
  { path: '/whales', label: 'Feed' },
  { path: '/whales/flows', label: 'Flows' },
  { path: '/whales/patterns', label: 'Patterns' },
  { path: '/whales/trades', label: 'Trades' },
  { path: '/whales/wallets', label: 'Wallets' },
] as const;
