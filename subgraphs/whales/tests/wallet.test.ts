import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import type { PrismaClient } from '@spyhop/prisma/client';
import { loadWallets } from '../graphql/wallet-loaders';
import { WalletStore } from '../store/wallets';
import { type WhalesRig, idOf, leg, seen, startWhales } from './rig';

let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

// Addresses of examples in EIP-55.
const OWN = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed';
const FRIEND = '0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359';
const KRAKEN = '0xdbf03b407c01e7cd3cbea99509d93f8dddc8c6fb';

const party = (address: string, owner: string | null = null): WhaleParty => ({
  ...{ address, owner, ownerKind: owner === null ? 'UNKNOWN' : 'EXCHANGE_HOT' },
});

interface Moved {
  time: string;
  from: WhaleParty[];
  to: WhaleParty[];
  units: number;
  symbol?: string;
}

/** As many units with two decimals, worth ten dollars each. */
const moved = ({ time, from, to, units, symbol = 'ETH' }: Moved): WhaleTransactionSeen =>
  seen({
    ...{ chain: 'ethereum', time: Date.parse(time) },
    legs: [
      leg({
        symbol,
        baseUnits: String(units * 100),
        decimals: 2,
        usd: String(units * 10),
        from,
        to,
      }),
    ],
  });

const WALLET = `query ($chain: String!, $address: String!, $first: Int = 50, $after: String) {
  wallet(chain: $chain, address: $address) {
    id chain address explorerUrl firstSeen lastSeen transactionCount
    balances { symbol received sent net receivedUsd sentUsd shared }
    counterparties { address owner ownerKind transactions receivedUsd sentUsd }
    activity { weekday hour transactions }
    transactions(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
  }
}`;

interface Found {
  transactionCount: number;
  transactions: {
    edges: { node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

const walletOf = async (address: string, more: object = {}): Promise<Found> =>
  (await whales.graph.data<{ wallet: Found }>(WALLET, { chain: 'ethereum', address, ...more }))
    .wallet;

describe('a wallet', () => {
  // 4 March 2024 was a Monday, 10 March a Sunday.
  const all = [
    moved({
      time: '2024-03-04T00:10:00Z',
      from: [party(KRAKEN, 'kraken')],
      to: [party(OWN)],
      units: 100,
    }),
    moved({
      time: '2024-03-04T00:50:00Z',
      from: [party(FRIEND)],
      to: [party(OWN)],
      units: 7,
      symbol: 'LINK',
    }),
    moved({ time: '2024-03-10T23:59:00Z', from: [party(OWN)], to: [party(FRIEND)], units: 30 }),
    // Nobody says how much of it each of the two had.
    moved({
      time: '2024-03-11T12:00:00Z',
      from: [party(KRAKEN)],
      to: [party(OWN), party(FRIEND)],
      units: 1_000,
    }),
  ] as const;
  const expected = {
    ...{ id: `ethereum:${OWN}`, chain: 'ethereum', address: OWN },
    explorerUrl: `https://etherscan.io/address/${OWN}`,
    ...{ firstSeen: '2024-03-04T00:10:00.000Z', lastSeen: '2024-03-11T12:00:00.000Z' },
    transactionCount: 4,
    balances: [
      {
        ...{ symbol: 'ETH', received: '100', sent: '30', net: '70' },
        ...{ receivedUsd: '1000', sentUsd: '300', shared: 1 },
      },
      {
        ...{ symbol: 'LINK', received: '7', sent: '0', net: '7' },
        ...{ receivedUsd: '70', sentUsd: '0', shared: 0 },
      },
    ],
    counterparties: [
      {
        ...{ address: KRAKEN, owner: 'kraken', ownerKind: 'EXCHANGE_HOT' },
        ...{ transactions: 2, receivedUsd: '1000', sentUsd: '0' },
      },
      {
        ...{ address: FRIEND, owner: null, ownerKind: 'UNKNOWN' },
        ...{ transactions: 2, receivedUsd: '70', sentUsd: '300' },
      },
    ],
    activity: [
      { weekday: 1, hour: 0, transactions: 2 },
      { weekday: 1, hour: 12, transactions: 1 },
      { weekday: 7, hour: 23, transactions: 1 },
    ],
    transactions: {
      edges: [...all].reverse().map((each) => ({ node: { id: idOf(each) } })),
      pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
    },
  };

  it('has what it received and sent, with whom, when, and its transactions', async () => {
    await whales.see(...all);
    expect(await walletOf(OWN)).toEqual(expected);
  });

  it('is the same after all was handed over again, also by another source', async () => {
    await whales.see(...all, ...all.map((each) => ({ ...each, source: 'second' })));
    expect(await walletOf(OWN)).toEqual(expected);
  });

  it('has what was its own of an amount that it shared, where that is told', async () => {
    const [own, friend, exchange] = [
      '0x00000000000000000000000000000000000000a1',
      '0x00000000000000000000000000000000000000a2',
      '0x00000000000000000000000000000000000000a3',
    ] as const;
    const batch = moved({
      time: '2024-03-12T12:00:00Z',
      from: [party(exchange, 'kraken')],
      to: [
        { ...party(friend), amount: '99975' },
        { ...party(own), amount: '25' },
      ],
      units: 1_000,
    });
    await whales.see(batch);
    expect(await walletOf(own)).toMatchObject({
      balances: [{ symbol: 'ETH', received: '0.25', sent: '0', receivedUsd: '2.5', shared: 0 }],
      counterparties: [{ address: exchange, receivedUsd: '2.5' }],
    });
    expect(await walletOf(friend)).toMatchObject({
      balances: [{ received: '999.75', receivedUsd: '9997.5', shared: 0 }],
    });
  });

  it('is found however its address is written', async () => {
    const { transactionCount } = await walletOf('0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed');
    expect(transactionCount).toBe(4);
  });

  it('lists its transactions in pages that neither repeat nor leave anything out', async () => {
    const found: string[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const { transactions }: Found = await walletOf(OWN, { first: 1, after });
      found.push(...transactions.edges.map(({ node }) => node.id));
      ({ endCursor: after, hasNextPage: more } = transactions.pageInfo);
    }
    expect(found).toEqual([...all].reverse().map(idOf));
  });

  it('that was never seen has nothing', async () => {
    expect(await walletOf('0x0000000000000000000000000000000000000001')).toMatchObject({
      ...{ firstSeen: null, lastSeen: null, transactionCount: 0, balances: [], activity: [] },
      transactions: { edges: [] },
    });
  });

  it.each([
    ['a malformed address', 'ethereum', '0x5aae…beaed', 'INVALID_INPUT'],
    ['one of another chain', 'bitcoin', OWN, 'INVALID_INPUT'],
    ['several as one', 'bitcoin', 'Multiple Addresses', 'INVALID_INPUT'],
    ['what is no name of a chain', 'no chain', OWN, 'INVALID_INPUT'],
    ['a chain that nobody knows', 'nochain', OWN, 'NOT_FOUND'],
  ])('is refused for %s', async (_, chain, address, code) => {
    const { errors } = await whales.graph.ask(WALLET, { chain, address });
    expect(errors?.[0]?.extensions?.['code']).toBe(code);
  });

  it('is asked for together with others in one query for each field', async () => {
    let queries = 0;
    const counting = {
      $queryRaw: (...asked: Parameters<typeof whales.prisma.$queryRaw>) => {
        queries += 1;
        return whales.prisma.$queryRaw(...asked);
      },
    } as Pick<PrismaClient, '$queryRaw'> as PrismaClient;
    const load = loadWallets(new WalletStore(counting));
    const found = await Promise.all(
      [OWN, KRAKEN, FRIEND, '0x0000000000000000000000000000000000000001'].map(async (address) => {
        const wallet = { chain: 'ethereum', address };
        const [{ transactions }, cells, listed] = await Promise.all([
          load.summary(wallet),
          load.activity(wallet),
          load.transactions(wallet, { after: null, limit: 2 }),
        ]);
        return [transactions, cells.length, listed.length];
      }),
    );
    expect(found).toEqual([
      [4, 3, 2],
      [2, 2, 2],
      [3, 3, 2],
      [0, 0, 0],
    ]);
    expect(queries).toBe(3);
  });
});
