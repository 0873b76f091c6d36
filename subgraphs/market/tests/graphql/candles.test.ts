import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CandleEvent } from '@spyhop/platform/topics';
import type { Candle } from '../../rules/market-data';
import { type MarketRig, NOON, NOTHING, asset, startMarket } from './rig';

const MINUTE = 60_000;

interface Shown {
  candles: {
    edges: { cursor: string; node: { openTime: string; close: string; closed: boolean } }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  };
}

const CANDLES = `query ($symbol: ID!, $interval: CandleInterval! = M1, $first: Int! = 300,
    $after: String, $from: DateTime, $to: DateTime) {
  candles(symbol: $symbol, interval: $interval, first: $first, after: $after, from: $from, to: $to) {
    edges { cursor node { openTime close closed } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;

let rig: MarketRig;
let count = 0;
let symbol: string;

beforeAll(async () => {
  rig = await startMarket(Array.from({ length: 20 }, (_, at) => asset(`T${at + 1}`)));
});
afterAll(() => rig.stop());
/** Every test has a market of its own. */
beforeEach(() => {
  symbol = `T${(count += 1)}`;
});

const minute = (at: number, close: string, fields: Partial<Candle> = {}): Candle => ({
  symbol,
  interval: '1m',
  openTime: NOON + at * MINUTE,
  open: '1',
  high: '3',
  low: '0.5',
  close,
  volume: '10.50',
  quoteVolume: null,
  trades: null,
  closed: true,
  ...fields,
});

const form = (candle: Candle): Promise<void> =>
  rig.writer.writeChanges({ ...NOTHING, candles: [candle as CandleEvent] });

const show = (variables: Record<string, unknown> = {}): Promise<Shown> =>
  rig.graph.data<Shown>(CANDLES, { symbol, ...variables });
const minutesOf = ({ candles }: Shown): number[] =>
  candles.edges.map(({ node }) => (Date.parse(node.openTime) - NOON) / MINUTE);
const timeOf = (at: number): string => new Date(NOON + at * MINUTE).toISOString();
const refusal = async (variables: Record<string, unknown>) => {
  const { errors } = await rig.graph.ask(CANDLES, { symbol, ...variables });
  return { message: errors?.[0]?.message, ...errors?.[0]?.extensions };
};

describe('candles', () => {
  it('carry every field to the last digit', async () => {
    await rig.candles.write([minute(0, '61837.64', { quoteVolume: '649295.22', trades: 7 })]);
    const { candles } = await rig.graph.data(`{ candles(symbol: "${symbol}", interval: M1) {
      edges { node { symbol interval openTime closeTime open high low close volume quoteVolume
        trades closed } } } }`);
    expect(candles).toEqual({
      edges: [
        {
          node: {
            symbol,
            interval: 'M1',
            openTime: '2024-08-09T12:00:00.000Z',
            closeTime: '2024-08-09T12:00:59.999Z',
            open: '1',
            high: '3',
            low: '0.5',
            close: '61837.64',
            volume: '10.50',
            quoteVolume: '649295.22',
            trades: 7,
            closed: true,
          },
        },
      ],
    });
  });

  it('begin with the forming one, newest first, and leave gaps as gaps', async () => {
    await rig.candles.write([minute(0, '1'), minute(1, '2'), minute(4, '3')]);
    await form(minute(5, '4', { closed: false }));
    const shown = await show();
    expect(minutesOf(shown)).toEqual([5, 4, 1, 0]);
    expect(shown.candles.edges.map(({ node }) => node.closed)).toEqual([false, true, true, true]);
  });

  it('show the stored one once the forming one has been stored', async () => {
    await rig.candles.write([minute(0, '1'), minute(1, '2')]);
    await form(minute(1, '1.9', { closed: false }));
    const shown = await show();
    expect(minutesOf(shown)).toEqual([1, 0]);
    expect(shown.candles.edges[0]?.node).toMatchObject({ close: '2', closed: true });
  });

  it('show one that has closed and is not stored yet', async () => {
    await rig.candles.write([minute(0, '1')]);
    await form(minute(1, '2', { closed: false }));
    await form(minute(1, '2.5'));
    await form(minute(2, '3', { closed: false }));
    const shown = await show();
    expect(minutesOf(shown)).toEqual([2, 1, 0]);
    expect(shown.candles.edges[1]?.node).toMatchObject({ close: '2.5', closed: true });
    expect(minutesOf(await show({ from: timeOf(1), to: timeOf(2) }))).toEqual([1]);
    const first = await show({ first: 1 });
    const second = await show({ first: 1, after: first.candles.pageInfo.endCursor });
    expect(minutesOf(second)).toEqual([1]);
    await rig.candles.write([minute(1, '2.75')]);
    expect((await show()).candles.edges[1]?.node.close).toBe('2.75');
  });

  it('show what was amended after it closed, also before it is stored', async () => {
    await form(minute(0, '1'));
    await form(minute(1, '2'));
    await form(minute(0, '1.5'));
    await form(minute(2, '3', { closed: false }));
    const { edges } = (await show()).candles;
    expect(edges.map(({ node }) => node.close)).toEqual(['3', '2', '1.5']);
  });

  it('come page by page without a gap or a repetition while new ones are added', async () => {
    await rig.candles.write([0, 1, 2, 3, 4].map((at) => minute(at, '1')));
    await form(minute(5, '2', { closed: false }));
    const newest = await show({ first: 3 });
    expect(minutesOf(newest)).toEqual([5, 4, 3]);
    expect(newest.candles.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    await rig.candles.write([minute(5, '2')]);
    await form(minute(6, '3', { closed: false }));
    const older = await show({ first: 3, after: newest.candles.pageInfo.endCursor });
    expect(minutesOf(older)).toEqual([2, 1, 0]);
    expect(older.candles.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('keep to `from`, inclusive, and `to`, exclusive, also for the forming one', async () => {
    await rig.candles.write([0, 1, 2, 3].map((at) => minute(at, '1')));
    await form(minute(4, '2', { closed: false }));
    expect(minutesOf(await show({ from: timeOf(1), to: timeOf(3) }))).toEqual([2, 1]);
    expect(minutesOf(await show({ from: timeOf(3) }))).toEqual([4, 3]);
    expect(minutesOf(await show({ to: timeOf(4) }))).toEqual([3, 2, 1, 0]);
    expect(minutesOf(await show({ from: timeOf(4), to: timeOf(5) }))).toEqual([4]);
  });

  it('of a coarser interval are made of minutes', async () => {
    await rig.candles.write([0, 1, 2, 3, 4].map((at) => minute(at, String(at))));
    expect((await show({ interval: 'M5' })).candles.edges.map(({ node }) => node.close)).toEqual([
      '4',
    ]);
  });

  it('are refused for a length out of bounds, with the bounds', async () => {
    for (const first of [0, 1001]) {
      expect(await refusal({ first })).toMatchObject({ code: 'INVALID_INPUT', maximum: 1000 });
    }
  });

  it('are refused for an unknown symbol or interval, with the allowed ones', async () => {
    expect(await refusal({ symbol: 'XYZ' })).toMatchObject({
      code: 'NOT_FOUND',
      allowed: expect.arrayContaining(['T1', 'T20']),
    });
    expect(await refusal({ interval: 'M2' })).toMatchObject({
      code: 'INVALID_INPUT',
      allowed: ['M1', 'M5', 'M15', 'H1', 'H4', 'D1'],
    });
  });

  it('are refused for a range that cannot hold one, and for a time without a zone', async () => {
    expect(await refusal({ from: timeOf(2), to: timeOf(2) })).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('must be earlier'),
    });
    expect(await refusal({ from: '2024-08-09T12:00:00' })).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('time zone'),
    });
  });

  it('are refused for a cursor of another series', async () => {
    await rig.candles.write([minute(0, '1')]);
    const after = (await show()).candles.pageInfo.endCursor;
    expect(await refusal({ after, interval: 'H1' })).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(`it belongs to ${symbol} 1m, not to ${symbol} 1h`),
    });
  });
});
