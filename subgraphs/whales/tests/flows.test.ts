import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { type WhalesRig, leg, seen, startWhales } from './rig';

let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

const nobody: WhaleParty = { address: 'somebody', owner: null, ownerKind: 'UNKNOWN' };
const hot = (owner: string): WhaleParty => ({
  ...{ address: `${owner}-hot`, owner, ownerKind: 'EXCHANGE_HOT' as const },
});
const deposit = (owner: string): WhaleParty => ({
  ...{ address: `${owner}-deposit`, owner, ownerKind: 'EXCHANGE_DEPOSIT' as const },
});

/** As many units of an asset with two decimals, worth ten dollars each. */
const moved = (
  symbol: string,
  time: string,
  from: WhaleParty,
  to: WhaleParty,
  units: number,
): WhaleTransactionSeen =>
  seen({
    time: Date.parse(time),
    legs: [
      leg({
        symbol,
        baseUnits: String(units * 100),
        decimals: 2,
        usd: String(units * 10),
        ...{ from: [from], to: [to] },
      }),
    ],
  });

const FLOWS = `query ($symbol: ID!, $from: DateTime!, $to: DateTime!, $bucket: FlowBucket! = HOUR) {
  exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: $bucket) {
    buckets { time in out net inUsd outUsd netUsd }
    exchanges { exchange in out net inUsd outUsd netUsd }
  }
}`;

interface Flows {
  buckets: Record<string, string>[];
  exchanges: Record<string, string>[];
}

const flowsOf = async (symbol: string, more: Record<string, string> = {}): Promise<Flows> => {
  const variables = { symbol, from: '2024-03-01T00:00:00Z', to: '2024-03-03T00:00:00Z', ...more };
  return (await whales.graph.data<{ exchangeFlows: Flows }>(FLOWS, variables)).exchangeFlows;
};

describe('exchange flows of an asset', () => {
  it('are by hour and by day what crossed the border of all exchanges, and by exchange what crossed its own', async () => {
    await whales.see(
      moved('FLOW', '2024-03-01T10:59:59.999Z', nobody, deposit('binance'), 500),
      moved('FLOW', '2024-03-01T10:00:00Z', hot('kraken'), nobody, 200),
      // Neither of these crosses the border of all exchanges.
      moved('FLOW', '2024-03-01T11:30:00Z', hot('binance'), hot('kraken'), 30),
      moved('FLOW', '2024-03-01T11:40:00Z', deposit('binance'), hot('binance'), 4_000),
      moved('FLOW', '2024-03-02T00:00:00Z', nobody, hot('kraken'), 7),
    );
    const { buckets, exchanges } = await flowsOf('FLOW');
    expect(buckets).toEqual([
      {
        ...{ time: '2024-03-01T10:00:00.000Z', in: '500', out: '200', net: '300' },
        ...{ inUsd: '5000', outUsd: '2000', netUsd: '3000' },
      },
      {
        ...{ time: '2024-03-02T00:00:00.000Z', in: '7', out: '0', net: '7' },
        ...{ inUsd: '70', outUsd: '0', netUsd: '70' },
      },
    ]);
    expect(exchanges).toEqual([
      {
        ...{ exchange: 'binance', in: '500', out: '30', net: '470' },
        ...{ inUsd: '5000', outUsd: '300', netUsd: '4700' },
      },
      {
        ...{ exchange: 'kraken', in: '37', out: '200', net: '-163' },
        ...{ inUsd: '370', outUsd: '2000', netUsd: '-1630' },
      },
    ]);
    const days = await flowsOf('FLOW', { bucket: 'DAY' });
    expect(days.exchanges).toEqual(exchanges);
    expect(days.buckets).toMatchObject([
      { time: '2024-03-01T00:00:00.000Z', net: '300' },
      { time: '2024-03-02T00:00:00.000Z', net: '7' },
    ]);
  });

  it('count a transaction once, however often it comes and whoever adds to it', async () => {
    const stranger = { ...nobody, address: 'stranger' };
    const first = moved('ONCE', '2024-03-01T10:00:00Z', stranger, nobody, 9);
    await whales.see(first, first, { ...first, source: 'second' });
    expect(await flowsOf('ONCE')).toEqual({ buckets: [], exchanges: [] });
    // A third source knows whose address that is.
    const okx = { ...nobody, owner: 'okx', ownerKind: 'EXCHANGE' as const };
    const named = {
      ...first,
      source: 'third',
      legs: first.legs.map((each) => ({ ...each, to: [okx] })),
    };
    await whales.see(named, named);
    await whales.see(first, named);
    const { buckets, exchanges } = await flowsOf('ONCE');
    expect(buckets).toMatchObject([{ in: '9', out: '0', inUsd: '90' }]);
    expect(exchanges).toMatchObject([{ exchange: 'okx', in: '9', out: '0', inUsd: '90' }]);
  });

  it('count of an amount that several share what each exchange had of it', async () => {
    // 500.1 units: a tenth of one to a deposit address, the rest to a fresh one.
    const [payment] = moved('SHARE', '2024-03-01T10:00:00Z', nobody, nobody, 1).legs;
    const shared = (from: WhaleParty[], to: [WhaleParty, string][], baseUnits: string) =>
      seen({
        time: Date.parse('2024-03-01T10:00:00Z'),
        legs: [
          {
            ...(payment ?? leg()),
            ...{ baseUnits, usd: String(Number(baseUnits) / 10), from },
            to: to.map(([party, amount]) => ({ ...party, amount })),
          },
        ],
      });
    const fresh = { ...nobody, address: 'fresh' };
    const deposited = shared(
      [nobody],
      [
        [fresh, '50000'],
        [deposit('binance'), '10'],
      ],
      '50010',
    );
    const batch = shared(
      [hot('coinbase')],
      [
        [fresh, '49000'],
        [{ ...nobody, address: 'another' }, '1000'],
        [deposit('binance'), '10'],
      ],
      '50010',
    );
    await whales.see(deposited, batch);
    expect(await flowsOf('SHARE')).toEqual({
      buckets: [
        {
          // 0.1 into Binance from nobody; 500.1 out of Coinbase, of which 0.1 stays with exchanges.
          ...{ time: '2024-03-01T10:00:00.000Z', in: '0.1', out: '500', net: '-499.9' },
          ...{ inUsd: '1', outUsd: '5000', netUsd: '-4999' },
        },
      ],
      exchanges: expect.arrayContaining([
        expect.objectContaining({ exchange: 'binance', in: '0.2', out: '0', inUsd: '2' }),
        expect.objectContaining({ exchange: 'coinbase', in: '0', out: '500.1', outUsd: '5001' }),
      ]),
    });
    const { whaleTransactions } = await whales.graph.data<{ whaleTransactions: unknown }>(
      `{ whaleTransactions(filter: { assets: ["SHARE"] }) { edges { node {
        direction legs { from { owner amount } to { owner amount } }
      } } } }`,
    );
    expect(whaleTransactions).toEqual({
      edges: expect.arrayContaining([
        {
          node: {
            direction: 'ELSEWHERE',
            legs: [
              {
                from: [{ owner: null, amount: '500.1' }],
                to: [
                  { owner: null, amount: '500' },
                  { owner: 'binance', amount: '0.1' },
                ],
              },
            ],
          },
        },
        {
          node: expect.objectContaining({ direction: 'FROM_EXCHANGE' }),
        },
      ]),
    });
    const { exchangeFlows } = await whales.graph.data<{ exchangeFlows: unknown }>(
      `{ exchangeFlows(symbol: "SHARE", from: "2024-03-01T00:00:00Z", to: "2024-03-02T00:00:00Z", bucket: HOUR) {
        counterparties { owner usd transactions }
      } }`,
    );
    expect(exchangeFlows).toEqual({
      counterparties: [{ owner: 'unknown', usd: '5001', transactions: 2 }],
    });
  });

  it('let go again of what was taken back', async () => {
    const transaction = moved('GONE', '2024-03-01T10:00:00Z', nobody, hot('kraken'), 5);
    await whales.see(transaction, moved('GONE', '2024-03-01T11:00:00Z', nobody, hot('kraken'), 7));
    const state = { status: 'RETRACTED', at: transaction.time, confirmations: null } as const;
    await whales.see({ ...transaction, state: { ...state, replacedBy: null } });
    const { exchanges } = await flowsOf('GONE');
    expect(exchanges).toMatchObject([{ exchange: 'kraken', in: '7', inUsd: '70' }]);
  });

  it('say with whom exchanges have dealt, by day', async () => {
    const fund = { address: 'fund', owner: 'grayscale', ownerKind: 'FUND' as const };
    await whales.see(
      moved('PAIR', '2024-03-01T10:00:00Z', nobody, deposit('binance'), 100),
      moved('PAIR', '2024-03-01T10:00:00Z', hot('kraken'), nobody, 50),
      moved('PAIR', '2024-03-02T10:00:00Z', fund, hot('kraken'), 20),
      moved('PAIR', '2024-03-02T10:00:00Z', fund, nobody, 9_000),
      moved('PAIR', '2024-03-05T10:00:00Z', fund, hot('kraken'), 9_000),
    );
    const { exchangeFlows } = await whales.graph.data<{ exchangeFlows: unknown }>(
      `{ exchangeFlows(symbol: "PAIR", from: "2024-03-01T05:00:00Z", to: "2024-03-03T00:00:00Z", bucket: HOUR) {
        counterparties { owner kind usd transactions }
      } }`,
    );
    expect(exchangeFlows).toEqual({
      counterparties: [
        { owner: 'unknown', kind: 'UNKNOWN', usd: '1500', transactions: 2 },
        { owner: 'grayscale', kind: 'FUND', usd: '200', transactions: 1 },
      ],
    });
  });

  it.each([
    ['an end before the beginning', { from: '2024-03-03T00:00:00Z' }],
    ['an end at the beginning', { to: '2024-03-01T00:00:00Z' }],
    ['more than 93 days by the hour', { to: '2024-06-02T01:00:00Z' }],
    ['more than three years by the day', { bucket: 'DAY', to: '2027-03-04T00:00:00Z' }],
    ['what is no ticker', { symbol: 'drop table' }],
  ])('refuse %s', async (_, variables) => {
    const asked = { symbol: 'BTC', from: '2024-03-01T00:00:00Z', to: '2024-03-02T00:00:00Z' };
    const { errors } = await whales.graph.ask(FLOWS, { ...asked, ...variables });
    expect(errors?.[0]?.extensions?.['code']).toBe('INVALID_INPUT');
  });
});

describe('who sent to whom', () => {
  const MATRIX = `query ($window: WhaleFlowWindow!, $symbol: ID) {
    whaleFlowMatrix(window: $window, symbol: $symbol) { from to fromKind toKind usd transactions }
  }`;
  const matrix = async (variables: Record<string, string>): Promise<unknown> =>
    (await whales.graph.data<{ whaleFlowMatrix: unknown }>(MATRIX, variables)).whaleFlowMatrix;

  it('lately is told by owner, with all of whom nobody says as one', async () => {
    const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
    const stranger = { ...nobody, address: 'stranger' };
    await whales.see(
      moved('EDGE', ago(0.5), nobody, deposit('binance'), 100),
      moved('EDGE', ago(0.5), stranger, hot('binance'), 50),
      moved('EDGE', ago(0.5), hot('binance'), hot('kraken'), 30),
      moved('EDGE', ago(0.5), deposit('binance'), hot('binance'), 77),
      moved('EDGE', ago(3), nobody, stranger, 10),
      moved('EDGE', ago(24 * 5), hot('kraken'), nobody, 5),
      moved('EDGE', ago(24 * 300), nobody, hot('okx'), 9),
      moved('EDGE', ago(24 * 400), nobody, hot('bybit'), 9),
    );
    const recent = [
      {
        ...{ from: 'unknown', to: 'binance', fromKind: 'UNKNOWN', toKind: 'EXCHANGE' },
        ...{ usd: '1500', transactions: 2 },
      },
      {
        ...{ from: 'binance', to: 'kraken', fromKind: 'EXCHANGE', toKind: 'EXCHANGE' },
        ...{ usd: '300', transactions: 1 },
      },
    ];
    expect(await matrix({ window: 'H1', symbol: 'edge' })).toEqual(recent);
    const day = [
      ...recent,
      {
        from: 'unknown',
        to: 'unknown',
        fromKind: 'UNKNOWN',
        toKind: 'UNKNOWN',
        usd: '100',
        transactions: 1,
      },
    ];
    expect(await matrix({ window: 'H24', symbol: 'EDGE' })).toEqual(day);
    expect(await matrix({ window: 'D7', symbol: 'EDGE' })).toEqual([
      ...day,
      {
        from: 'kraken',
        to: 'unknown',
        fromKind: 'EXCHANGE',
        toKind: 'UNKNOWN',
        usd: '50',
        transactions: 1,
      },
    ]);
    // Nothing else in these tests is of today.
    expect(await matrix({ window: 'D30' })).toHaveLength(4);
    const year = (await matrix({ window: 'Y1', symbol: 'EDGE' })) as { to: string }[];
    expect(year.map(({ to }) => to)).toEqual(['binance', 'kraken', 'unknown', 'okx', 'unknown']);
  });
});

it('all is forgotten with simulated transactions when real ones replace them, and the other way round', async () => {
  await whales.see({
    ...moved('FLOW', '2024-03-01T15:00:00Z', nobody, deposit('okx'), 3),
    ...{ dataset: { kind: 'SIMULATED', begun: 5 }, source: 'simulated' },
  });
  const { buckets, exchanges } = await flowsOf('FLOW');
  expect(buckets).toMatchObject([{ time: '2024-03-01T15:00:00.000Z', in: '3' }]);
  expect(exchanges).toHaveLength(1);
});
