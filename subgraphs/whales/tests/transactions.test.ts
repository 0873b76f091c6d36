import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import { type WhalesRig, idOf, leg, seen, startWhales } from './rig';

let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

interface Page {
  whaleTransactions: {
    edges: { node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

const LIST = `query ($filter: WhaleTransactionFilter, $first: Int! = 50, $after: String) {
  whaleTransactions(filter: $filter, first: $first, after: $after) {
    edges { node { id } } pageInfo { hasNextPage endCursor }
  }
}`;

const page = async (variables: Record<string, unknown>): Promise<Page['whaleTransactions']> =>
  (await whales.graph.data<Page>(LIST, variables)).whaleTransactions;

const ids = async (filter: Record<string, unknown>): Promise<string[]> =>
  (await page({ filter })).edges.map(({ node }) => node.id);

const WHOLE = `query ($id: ID!) { whaleTransaction(id: $id) {
  id chain hash time usd direction sources explorerUrl
  legs { symbol kind amount decimals usd usdBasis from { address owner ownerKind } to { owner ownerKind } }
} }`;

const read = async (transaction: WhaleTransactionSeen): Promise<Record<string, unknown>> =>
  (
    await whales.graph.data<{ whaleTransaction: Record<string, unknown> }>(WHOLE, {
      id: idOf(transaction),
    })
  ).whaleTransaction;

describe('a large transaction', () => {
  it('is shown with exact amounts, what it was worth, and between whom it moved', async () => {
    const transaction = seen({
      legs: [leg({ baseUnits: '123456789012', usd: '74074073.41' })],
    });
    await whales.see(transaction);
    expect(await read(transaction)).toEqual({
      id: idOf(transaction),
      chain: 'bitcoin',
      hash: transaction.hash,
      time: new Date(transaction.time).toISOString(),
      usd: '74074073.41',
      direction: 'TO_EXCHANGE',
      sources: ['whale-alert'],
      explorerUrl: `https://mempool.space/tx/${transaction.hash}`,
      legs: [
        {
          ...{ symbol: 'BTC', kind: 'TRANSFER', amount: '1234.56789012', decimals: 8 },
          ...{ usd: '74074073.41', usdBasis: 'CANDLES' },
          from: [
            { address: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', owner: null, ownerKind: 'UNKNOWN' },
          ],
          to: [{ owner: 'binance', ownerKind: 'EXCHANGE' }],
        },
      ],
    });
  });

  it.each([
    ['no decimals', '7', 0, '7'],
    ['36 decimals', '1', 36, `0.${'0'.repeat(35)}1`],
    // 2^256 - 1, the most that a token can hold.
    [
      '78 digits',
      '115792089237316195423570985008687907853269984665640564039457584007913129639935',
      18,
      '115792089237316195423570985008687907853269984665640564039457.584007913129639935',
    ],
  ])('keeps every digit of an amount with %s', async (_, baseUnits, decimals, amount) => {
    const transaction = seen({
      legs: [leg({ symbol: 'ODD', baseUnits, decimals, usd: null, usdBasis: null })],
    });
    await whales.see(transaction);
    expect(await read(transaction)).toMatchObject({ usd: null, legs: [{ amount, decimals }] });
  });

  it('moves several assets in one event', async () => {
    const transaction = seen({
      legs: [leg({ usd: '100000.5' }), leg({ symbol: 'USDT', usd: '200000.25' })],
    });
    await whales.see(transaction);
    const { usd, legs } = await read(transaction);
    expect(usd).toBe('300000.75');
    expect(legs).toMatchObject([{ symbol: 'BTC' }, { symbol: 'USDT' }]);
    expect(await ids({ assets: ['USDT'] })).toContain(idOf(transaction));
  });

  it('is stored once, however often it is handed over', async () => {
    const transaction = seen();
    await whales.see(transaction, transaction, transaction);
    expect((await ids({})).filter((id) => id === idOf(transaction))).toHaveLength(1);
  });

  it('that two sources have seen keeps both, with the owners and assets that only one of them knows', async () => {
    const nobody = { address: 'a', owner: null, ownerKind: 'UNKNOWN' } as const;
    const kraken = { address: 'a', owner: 'kraken', ownerKind: 'EXCHANGE' } as const;
    const first = seen({ source: 'mempool-space', legs: [leg({ from: [nobody] })] });
    const second = {
      ...first,
      source: 'whale-alert',
      legs: [leg({ from: [kraken], usd: '1' }), leg({ symbol: 'USDT', usd: '5' })],
    };
    await whales.see(first, second);
    expect(await read(first)).toMatchObject({
      sources: ['mempool-space', 'whale-alert'],
      usd: '60005',
      direction: 'BETWEEN_EXCHANGES',
      legs: [{ symbol: 'BTC', usd: '60000', from: [{ owner: 'kraken' }] }, { symbol: 'USDT' }],
    });
  });

  const NODE = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed';
  const WALLET = '0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359';
  const unnamed = { address: null, owner: null, ownerKind: 'UNKNOWN' } as const;
  /** As an alert without parts has it, and as a node has. */
  const alerted = (symbol: string) => {
    const alert = seen({
      ...{ chain: 'ethereum', source: 'whale-alert', time: Date.UTC(2024, 4, 1, 10) },
      legs: [
        leg({
          ...{ symbol, baseUnits: '5123', decimals: 1, usd: '999', usdBasis: 'SOURCE' },
          from: [unnamed],
          to: [{ address: null, owner: 'Binance', ownerKind: 'OTHER' }],
        }),
      ],
    });
    const exact = {
      ...{ ...alert, source: 'ethereum-node' },
      legs: [
        leg({
          ...{ symbol, baseUnits: '512345', decimals: 3, usd: '1000', usdBasis: 'CANDLES' },
          from: [{ ...unnamed, address: NODE }],
          to: [{ ...unnamed, address: WALLET }],
        }),
      ],
    };
    return { alert, exact };
  };
  const inflowsOf = async (symbol: string) =>
    (
      await whales.graph.data<{ exchangeFlows: { exchanges: unknown } }>(
        `query ($symbol: ID!) { exchangeFlows(symbol: $symbol, from: "2024-05-01T00:00:00Z", to: "2024-05-02T00:00:00Z", bucket: HOUR) {
          exchanges { exchange in inUsd }
        } }`,
        { symbol },
      )
    ).exchangeFlows.exchanges;

  it('of which an alert names an exchange alone is found, and counts, as that exchange has it', async () => {
    const { alert } = alerted('NAMED');
    await whales.see(alert);
    expect(await read(alert)).toMatchObject({
      direction: 'TO_EXCHANGE',
      legs: [{ to: [{ owner: 'binance', ownerKind: 'EXCHANGE' }] }],
    });
    expect(await inflowsOf('NAMED')).toEqual([{ exchange: 'binance', in: '512.3', inUsd: '999' }]);
  });

  it('is as the source has it that knows it best, whichever of them comes first', async () => {
    const [first, second] = [alerted('BETTER'), alerted('WORSE')];
    await whales.see(first.alert, first.exact, second.exact, second.alert);
    await whales.see(first.alert, first.exact);
    const best = {
      ...{ amount: '512.345', usd: '1000', usdBasis: 'CANDLES' },
      from: [{ address: NODE, owner: null, ownerKind: 'UNKNOWN' }],
      // Who it is only the alert has said.
      to: [{ owner: 'binance', ownerKind: 'EXCHANGE' }],
    };
    expect(await read(first.alert)).toMatchObject({
      ...{ sources: ['whale-alert', 'ethereum-node'], usd: '1000', direction: 'TO_EXCHANGE' },
      legs: [best],
    });
    expect(await read(second.alert)).toMatchObject({
      sources: ['ethereum-node', 'whale-alert'],
      legs: [best],
    });
    for (const symbol of ['BETTER', 'WORSE']) {
      expect(await inflowsOf(symbol)).toEqual([
        { exchange: 'binance', in: '512.345', inUsd: '1000' },
      ]);
    }
    const { wallet } = await whales.graph.data<{ wallet: unknown }>(
      `{ wallet(chain: "ethereum", address: "${WALLET}") { balances { symbol received } } }`,
    );
    expect(wallet).toEqual({
      balances: expect.arrayContaining([
        { symbol: 'BETTER', received: '512.345' },
        { symbol: 'WORSE', received: '512.345' },
      ]),
    });
  });

  it('of an unknown id is NOT_FOUND, and of what is no id INVALID_INPUT', async () => {
    const code = async (id: string): Promise<unknown> =>
      (await whales.graph.ask(WHOLE, { id })).errors?.[0]?.extensions?.['code'];
    expect(await code('bitcoin:none')).toBe('NOT_FOUND');
    expect(await code('none')).toBe('INVALID_INPUT');
  });
});

describe('the list of large transactions', () => {
  it('is in pages that neither repeat nor leave anything out, also of the same moment', async () => {
    const time = Date.UTC(2025, 0, 1);
    const chain = 'paged';
    const all = Array.from({ length: 7 }, (_, index) =>
      seen({
        chain,
        time: index < 4 ? time : time + index,
        legs: [leg({ usd: String(10 ** index) })],
      }),
    );
    await whales.see(...all);
    const filter = { chains: [chain] };
    const found: string[] = [];
    let after: string | null = null;
    let pages = 0;
    for (let more = true; more; pages += 1) {
      const { edges, pageInfo }: Page['whaleTransactions'] = await page({
        filter,
        first: 3,
        after,
      });
      found.push(...edges.map(({ node }) => node.id));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    expect(pages).toBe(3);
    expect(found).toEqual(
      [...all].sort((a, b) => b.time - a.time || (a.hash < b.hash ? 1 : -1)).map(idOf),
    );
  });

  it('is filtered by asset, chain and worth, which all must hold', async () => {
    const chain = 'filtered';
    const of = (symbol: string, usd: string | null): WhaleTransactionSeen =>
      seen({ chain, legs: [leg({ symbol, usd, usdBasis: usd === null ? null : 'CANDLES' })] });
    const [small, large, ether, priceless] = [
      of('BTC', '999999.99'),
      of('BTC', '1000000'),
      of('ETH', '2000000'),
      of('BTC', null),
    ];
    await whales.see(small, large, ether, priceless);
    const chains = [chain];
    expect(await ids({ chains })).toEqual([priceless, ether, large, small].map(idOf));
    expect(await ids({ chains, minUsd: '1000000' })).toEqual([ether, large].map(idOf));
    expect(await ids({ chains, assets: ['btc'], minUsd: '1000000' })).toEqual([idOf(large)]);
    expect(await ids({ chains, assets: ['BTC', 'ETH'] })).toHaveLength(4);
    expect(await ids({ chains: ['nowhere'] })).toEqual([]);
  });

  it('refuses cursors of its neighbours and pages out of range', async () => {
    const code = async (variables: Record<string, unknown>): Promise<unknown> =>
      (await whales.graph.ask(LIST, variables)).errors?.[0]?.extensions?.['code'];
    expect(await code({ after: 'bm90IG1pbmU' })).toBe('INVALID_INPUT');
    expect(await code({ first: 0 })).toBe('INVALID_INPUT');
    expect(await code({ first: 201 })).toBe('INVALID_INPUT');
    expect(await code({ filter: { minUsd: '-1' } })).toBe('INVALID_INPUT');
  });
});

describe('an asset', () => {
  const ASSETS = `query ($of: [_Any!]!, $window: WhaleWindow! = H24) { _entities(representations: $of) { ... on Asset {
    recentWhales(first: 2) { id }
    whaleActivity(window: $window) { transactions usd toExchangesUsd fromExchangesUsd netToExchangesUsd largestUsd }
  } } }`;

  it('has its newest large transactions, and what they moved in a window', async () => {
    const hour = 3_600_000;
    const now = Date.now();
    const binance = [{ address: 'x', owner: 'binance', ownerKind: 'EXCHANGE_HOT' as const }];
    const nobody = [{ address: 'y', owner: null, ownerKind: 'UNKNOWN' as const }];
    const all = [
      seen({ time: now - 30 * hour, legs: [leg({ symbol: 'DOGE', usd: '1' })] }),
      seen({ time: now - 3 * hour, legs: [leg({ symbol: 'DOGE', usd: '1000.5' })] }),
      seen({
        time: now - 2 * hour,
        legs: [leg({ symbol: 'DOGE', usd: '3000', from: binance, to: nobody })],
      }),
    ];
    await whales.see(...all);
    const of = ['DOGE', 'NONE'].map((symbol) => ({ __typename: 'Asset', symbol }));
    const { _entities } = await whales.graph.data<{ _entities: unknown[] }>(ASSETS, { of });
    expect(_entities).toEqual([
      {
        recentWhales: [all[2], all[1]].map((each) => ({ id: each && idOf(each) })),
        whaleActivity: {
          ...{ transactions: 2, usd: '4000.5', toExchangesUsd: '1000.5', fromExchangesUsd: '3000' },
          ...{ netToExchangesUsd: '-1999.5', largestUsd: '3000' },
        },
      },
      {
        recentWhales: [],
        whaleActivity: {
          ...{ transactions: 0, usd: '0', toExchangesUsd: '0', fromExchangesUsd: '0' },
          ...{ netToExchangesUsd: '0', largestUsd: null },
        },
      },
    ]);
  });
});

describe('simulated and real transactions', () => {
  const WALLET = '34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo';
  const explorerOfWallet = async () =>
    (
      await whales.graph.data<{ wallet: { explorerUrl: string | null } }>(
        `{ wallet(chain: "bitcoin", address: "${WALLET}") { explorerUrl } }`,
      )
    ).wallet.explorerUrl;

  it('never stand together: what began later replaces the other, and nothing late comes back', async () => {
    const simulated = seen({ dataset: { kind: 'SIMULATED', begun: 5 }, source: 'simulated' });
    await whales.see(simulated);
    expect(await explorerOfWallet()).toBeNull();
    expect(await ids({})).toEqual([idOf(simulated)]);
    expect(await read(simulated)).toMatchObject({ explorerUrl: null });
    const real = seen({ dataset: { kind: 'LIVE', begun: 6 } });
    const late = seen({ dataset: { kind: 'SIMULATED', begun: 5 }, source: 'simulated' });
    await whales.see(real, late);
    expect(await ids({})).toEqual([idOf(real)]);
    expect(await explorerOfWallet()).toBe(`https://mempool.space/address/${WALLET}`);
  });

  it('give way although somebody reads them for long, who is not disturbed', async () => {
    const simulated = seen({ dataset: { kind: 'SIMULATED', begun: 7 }, source: 'simulated' });
    const real = seen({ dataset: { kind: 'LIVE', begun: 8 } });
    await whales.see(simulated);
    const replaced = await whales.prisma.$transaction(
      async (sql) => {
        const read = () => sql.$queryRaw`SELECT hash FROM whales.transaction`;
        await read();
        const storing = whales.see(real);
        // Longer than a lock is waited for, and than PostgreSQL takes to find a deadlock.
        for (let looks = 0; looks < 10; looks += 1) {
          await sql.$queryRaw`SELECT pg_sleep(0.15)::text`;
          await sql.$queryRaw`SELECT pattern_id FROM whales.pattern_move`;
          expect(await read()).toEqual([{ hash: simulated.hash }]);
        }
        return { storing };
      },
      { timeout: 20_000 },
    );
    await replaced.storing;
    expect(await ids({})).toEqual([idOf(real)]);
  });
});
