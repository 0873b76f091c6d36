import { GraphQLError } from 'graphql';

/** A large transaction as the API tells of it. */
export interface MockWhale {
  id: string;
  cursor: string;
  chain: string;
  hash: string;
  time: string;
  usd: string | null;
  direction: string;
  status: string;
  statusAt: string | null;
  confirmations: number | null;
  replacedBy: string | null;
  sources: string[];
  fold: MockFold | null;
  patterns: object[];
  explorerUrl: string | null;
  legs: {
    symbol: string;
    kind: string;
    amount: string;
    /** What it was worth; null where nobody knows. */
    usd: string | null;
    usdBasis: string | null;
    coinsSince: string | null;
    asset: { symbol: string } | null;
    from: MockParty[];
    to: MockParty[];
  }[];
}

/** Transactions that are one event. */
export interface MockFold {
  id: string;
  reason: string;
  explanation: string;
  memberCount: number;
  symbol: string;
  amount: string;
  usd: string | null;
  direction: string;
  firstTime: string;
  from: MockParty[];
  to: MockParty[];
  members?: (page: { first: number; after?: string | null }) => object;
}

interface MockParty {
  walletId: string | null;
  address: string | null;
  owner: string | null;
  ownerKind: string;
  label: object | null;
  /** What it had of it; null where nobody says. */
  amount?: string | null;
}

interface Filter {
  assets?: string[] | null;
  chains?: string[] | null;
  minUsd?: string | null;
}

/** So many bitcoins, at 60,000 USD, paid into Binance at a minute after noon of 9 August 2024. */
export const mockWhale = (minute: number, changes: Partial<MockWhale> = {}): MockWhale => ({
  ...{
    id: `bitcoin:${minute}`,
    cursor: String(minute),
    chain: 'bitcoin',
    hash: String(minute),
    usd: String(60_000 * (minute + 1)),
  },
  time: new Date(Date.UTC(2024, 7, 9, 12, minute)).toISOString(),
  ...{ direction: 'TO_EXCHANGE', explorerUrl: `https://mempool.space/tx/${minute}` },
  ...{ status: 'CONFIRMED', statusAt: null, confirmations: null, replacedBy: null },
  ...{ sources: ['mempool-space'], fold: null, patterns: [] },
  legs: [
    {
      ...{ symbol: 'BTC', kind: 'TRANSFER', amount: String(minute + 1), asset: { symbol: 'BTC' } },
      ...{ usd: String(60_000 * (minute + 1)), usdBasis: 'CANDLES', coinsSince: null },
      from: [
        {
          walletId: 'bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
          address: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
          owner: null,
          ownerKind: 'UNKNOWN',
          label: null,
        },
      ],
      to: [
        {
          walletId: 'bitcoin:34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo',
          ...{ address: '34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo', owner: 'binance' },
          ownerKind: 'EXCHANGE_COLD',
          label: null,
        },
      ],
    },
  ],
  ...changes,
});

const fits = ({ legs, chain, usd }: MockWhale, { assets, chains, minUsd }: Filter): boolean =>
  (!assets || legs.some(({ symbol }) => assets.includes(symbol))) &&
  (!chains || chains.includes(chain)) &&
  (!minUsd || Number(usd) >= Number(minUsd));

/** A page of those that fit, newest first. */
export function whalePage(
  whales: readonly MockWhale[],
  { filter, first, after }: { filter?: Filter | null; first: number; after?: string | null },
) {
  if (first > 200) throw new GraphQLError('`first` must be 1 to 200.');
  const fitting = whales
    .filter((whale) => fits(whale, filter ?? {}))
    .sort((a, b) => (a.time < b.time ? 1 : -1));
  const start = after ? fitting.findIndex(({ id }) => id === after) + 1 : 0;
  const nodes = fitting.slice(start, start + first);
  return {
    edges: nodes.map((node) => ({ cursor: node.id, node })),
    pageInfo: {
      ...{ hasNextPage: start + first < fitting.length, hasPreviousPage: start > 0 },
      ...{ startCursor: nodes[0]?.id ?? null, endCursor: nodes.at(-1)?.id ?? null },
    },
  };
}
