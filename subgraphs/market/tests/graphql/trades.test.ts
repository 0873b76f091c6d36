import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TradeEvent } from '@spyhop/platform/topics';
import { type MarketRig, NOON, NOTHING, asset, startMarket } from './rig';

interface Shown {
  trades: {
    edges: { node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

const TRADES = `query ($symbol: ID! = "BTC", $first: Int! = 50, $after: String) {
  trades(symbol: $symbol, first: $first, after: $after) {
    edges { node { id } }
    pageInfo { hasNextPage endCursor }
  }
}`;

let rig: MarketRig;
const trade = (id: number): TradeEvent => ({
  symbol: 'BTC',
  id: String(id),
  price: '61837.63000000',
  quantity: '0.00100000',
  time: NOON + id,
  aggressor: id % 2 === 0 ? 'BUY' : 'SELL',
});
const print = (...ids: number[]): Promise<void> =>
  rig.writer.writeChanges({ ...NOTHING, trades: new Map([['BTC', ids.map(trade)]]) });
const show = (variables: Record<string, unknown> = {}): Promise<Shown> =>
  rig.graph.data<Shown>(TRADES, variables);
const idsOf = ({ trades }: Shown): number[] => trades.edges.map(({ node }) => Number(node.id));

beforeAll(async () => {
  rig = await startMarket([asset('BTC'), asset('ETH')]);
  await print(1, 2, 3, 4, 5);
});
afterAll(() => rig.stop());

describe('trades', () => {
  it('are the newest first, to the last digit', async () => {
    const { trades } = await rig.graph.data(
      `{ trades(symbol: "BTC", first: 1) {
        edges { node { symbol id price quantity time aggressor } } } }`,
    );
    expect(trades).toEqual({
      edges: [
        {
          node: {
            symbol: 'BTC',
            id: '5',
            price: '61837.63000000',
            quantity: '0.00100000',
            time: '2024-08-09T12:00:00.005Z',
            aggressor: 'SELL',
          },
        },
      ],
    });
  });

  it('go on behind the cursor however many were printed meanwhile', async () => {
    const newest = await show({ first: 2 });
    expect(idsOf(newest)).toEqual([5, 4]);
    await print(6, 7);
    const older = await show({ first: 5, after: newest.trades.pageInfo.endCursor });
    expect(idsOf(older)).toEqual([3, 2, 1]);
    expect(older.trades.pageInfo.hasNextPage).toBe(false);
  });

  it('of an asset nobody traded are none', async () => {
    expect(idsOf(await show({ symbol: 'ETH' }))).toEqual([]);
  });

  it('are refused for an unknown symbol, a length or a cursor out of bounds', async () => {
    const codeOf = async (variables: Record<string, unknown>) =>
      (await rig.graph.ask(TRADES, variables)).errors?.[0]?.extensions;
    expect(await codeOf({ symbol: 'XYZ' })).toEqual({
      code: 'NOT_FOUND',
      argument: 'symbol',
      allowed: ['BTC', 'ETH'],
    });
    expect(await codeOf({ first: 501 })).toMatchObject({ code: 'INVALID_INPUT', maximum: 500 });
    expect(await codeOf({ after: 'nonsense' })).toMatchObject({ code: 'INVALID_INPUT' });
    const after = (await show({ first: 1 })).trades.pageInfo.endCursor;
    expect(await codeOf({ after, symbol: 'ETH' })).toMatchObject({ code: 'INVALID_INPUT' });
  });
});
