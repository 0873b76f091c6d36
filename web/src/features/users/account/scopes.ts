import type { ApiKeyScope } from '../../../generated/graphql';

/** What a key may be allowed to do, in the order in which it is offered. */
export const SCOPES: readonly { scope: ApiKeyScope; name: string; title: string }[] = [
  {
    scope: 'READ_MARKET',
    name: 'read:market',
    title: 'Prices, candles, trades and your watchlists',
  },
  { scope: 'READ_WHALES', name: 'read:whales', title: 'Large transfers, and your own wallets' },
  { scope: 'WRITE_WHALES', name: 'write:whales', title: 'Label and follow wallets' },
  { scope: 'READ_PORTFOLIO', name: 'read:portfolio', title: 'Your holdings' },
  { scope: 'WRITE_PORTFOLIO', name: 'write:portfolio', title: 'Change your holdings' },
  { scope: 'WRITE_ALERTS', name: 'write:alerts', title: 'Set alerts' },
];

/** As tokens and documentation call it. */
export const scopeName = (scope: ApiKeyScope): string =>
  SCOPES.find((known) => known.scope === scope)?.name ?? scope;
