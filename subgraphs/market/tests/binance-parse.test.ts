import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  readFrame,
  toCandles,
  toDayStatsOfTicker,
  toInstruments,
  toTrade,
} from '../feeds/binance/parse';
import frames from '../feeds/binance/samples/frames.json';
import rest from '../feeds/binance/samples/rest.json';
import {
  AggTrade,
  AggTradeRows,
  DayTickers,
  ExchangeInfo,
  KlineRows,
  RawTrade,
} from '../feeds/binance/wire';

// The same each time.
fc.configureGlobal({ seed: 1 });

const symbols = new Map([
  ['BNBBTC', 'BNB'],
  ['BTCUSDT', 'BTC'],
]);
const read = (frame: unknown) => readFrame(JSON.stringify(frame), symbols);

describe('a Binance frame', () => {
  it('reads an aggregate trade whose buyer was the maker as a sale', () => {
    expect(read(frames.aggTrade)).toEqual({
      kind: 'trade',
      sequence: 12345,
      trade: {
        symbol: 'BNB',
        id: '12345',
        price: '0.001',
        quantity: '100',
        time: 1672515782130,
        aggressor: 'SELL',
        count: 6,
      },
    });
  });

  it('reads a payload without the combined wrapper, and a taker who bought', () => {
    expect(read(frames.aggTradeBare)).toMatchObject({
      kind: 'trade',
      trade: { id: '12346', aggressor: 'BUY', count: 1 },
    });
  });

  it('reads a raw trade and ignores the order ids of old captures', () => {
    expect(read(frames.trade)).toEqual({
      kind: 'trade',
      sequence: 935421409,
      trade: {
        symbol: 'BTC',
        id: '935421409',
        price: '34188.03000000',
        quantity: '0.01200000',
        time: 1624832253271,
        aggressor: 'BUY',
        count: 1,
      },
    });
  });

  it('reads a forming minute', () => {
    expect(read(frames.kline)).toEqual({
      kind: 'minute',
      sentAt: 1672515782136,
      candle: {
        symbol: 'BNB',
        interval: '1m',
        openTime: 1672515780000,
        open: '0.0010',
        high: '0.0025',
        low: '0.0015',
        close: '0.0020',
        volume: '1000',
        quoteVolume: '1.0000',
        trades: 100,
        closed: false,
      },
    });
  });

  it('does not take a month for a minute', () => {
    expect(read(frames.klineMonth)).toEqual({ kind: 'ignored' });
  });

  it('reads the 24 h figures of the symbols that are tracked', () => {
    const bnb = {
      symbol: 'BNB',
      time: 1672515782136,
      last: '0.0025',
      open: '0.0010',
      high: '0.0025',
      low: '0.0010',
      volume: '10000',
      quoteVolume: '18',
    };
    expect(read(frames.miniTickers)).toEqual({ kind: 'dayStats', stats: [bnb] });
    expect(read(frames.ticker)).toEqual({ kind: 'dayStats', stats: [bnb] });
  });

  it('reads answers to control messages, with an id and without', () => {
    expect(read(frames.answer)).toEqual({ kind: 'answered', id: 312 });
    expect(read(frames.refusal)).toEqual({
      kind: 'refused',
      id: null,
      reason: '3 Invalid JSON: expected value at line 1 column 1',
    });
  });

  it.each(['serverShutdown', 'serverShutdownBare'] as const)('recognises %s', (name) => {
    expect(read(frames[name])).toEqual({ kind: 'shutdown' });
  });

  it.each([
    'blockTrade',
    'avgPrice',
    'referencePrice',
    'partialDepth',
    'depthUpdate',
    'bookTicker',
  ] as const)('passes over %s, which nothing shows', (name) => {
    expect(read(frames[name])).toEqual({ kind: 'ignored' });
  });

  it('passes over trades of symbols that are not tracked', () => {
    const { data } = frames.aggTrade;
    expect(read({ ...data, s: 'XYZUSDT' })).toEqual({ kind: 'ignored' });
  });

  it.each([
    ['not JSON', '{"stream":"btcusdt@aggTrade","data":{"e":"aggTr'],
    ['not JSON', ''],
    ['neither an object nor a list', '"text"'],
    ['neither an object nor a list', 'null'],
    ['data: neither an object nor a list', '{"stream":"x","data":null}'],
    ['no event type', '{"stream":"x","data":{}}'],
    ['e: not a text', '{"e":7}'],
    ['aggTrade.p', JSON.stringify({ ...frames.aggTrade.data, p: '1e5' })],
    ['aggTrade.q', JSON.stringify({ ...frames.aggTrade.data, q: 100 })],
    ['aggTrade.a', JSON.stringify({ ...frames.aggTrade.data, a: 1.5 })],
    ['trade.t', JSON.stringify({ ...frames.trade.data, t: '935421409' })],
    ['trade.m', JSON.stringify({ ...frames.trade.data, m: 'true' })],
    ['k: Invalid input', JSON.stringify({ ...frames.kline.data, k: undefined })],
    ['c: not a decimal number', JSON.stringify([{ ...frames.ticker, c: 'NaN' }])],
  ])('says what is wrong: %s', (fault, text) => {
    expect(readFrame(text, symbols)).toEqual({
      kind: 'malformed',
      fault: expect.stringContaining(fault),
    });
  });

  it('survives every truncation of every sample', () => {
    for (const frame of Object.values(frames)) {
      const text = JSON.stringify(frame);
      for (let length = 0; length < text.length; length += 1)
        expect(readFrame(text.slice(0, length), symbols).kind).toBe('malformed');
    }
  });

  it('judges trades by hand exactly as the zod shapes do', () => {
    const field = fc.oneof(
      fc.constantFrom(
        0,
        1,
        -1,
        1.5,
        2 ** 53,
        NaN,
        true,
        false,
        null,
        undefined,
        '',
        '1',
        '1.',
        '.5',
      ),
      fc.constantFrom('0.00000001', '-1', '1e3', ' 1', '61837.64000000', 'BNBBTC', [], {}),
      fc.integer(),
    );
    const sound = { s: 'BNBBTC', a: 1, t: 1, p: '1.5', q: '2', f: 1, l: 2, T: 3, m: true };
    const broken = fc.record(
      { s: field, a: field, t: field, p: field, q: field, f: field, l: field, T: field, m: field },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        broken,
        fc.subarray(Object.keys(sound)),
        fc.constantFrom('aggTrade', 'trade'),
        (values, keys, e) => {
          const changed = keys.map((key) => [key, values[key as keyof typeof values]]);
          const payload = { ...sound, ...Object.fromEntries(changed), e };
          const wire = JSON.parse(JSON.stringify(payload)) as unknown;
          const shape = e === 'trade' ? RawTrade : AggTrade;
          expect(read(wire).kind !== 'malformed').toBe(shape.safeParse(wire).success);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a REST body', () => {
  it('tells a finished candle from the forming one by the exchange time', () => {
    const rows = KlineRows.parse(rest.klines);
    const candle = {
      symbol: 'ETH',
      interval: '1d',
      openTime: 1499040000000,
      open: '0.01634790',
      high: '0.80000000',
      low: '0.01575800',
      close: '0.01577100',
      volume: '148976.11427815',
      quoteVolume: '2434.19055334',
      trades: 308,
    };
    const closeTime = 1499644799999;
    expect(toCandles('ETH', '1d', rows, closeTime + 1)).toEqual([{ ...candle, closed: true }]);
    expect(toCandles('ETH', '1d', rows, closeTime)).toEqual([{ ...candle, closed: false }]);
  });

  it('reads aggregate trades and 24 h figures', () => {
    const [trade] = AggTradeRows.parse(rest.aggTrades);
    expect(toTrade('BNB', trade)).toEqual({
      symbol: 'BNB',
      id: '26129',
      price: '0.01633102',
      quantity: '4.70443515',
      time: 1498793709153,
      aggressor: 'SELL',
      count: 3,
    });
    const [ticker] = DayTickers.parse(rest.dayTicker);
    expect(toDayStatsOfTicker('BNB', ticker)).toEqual({
      symbol: 'BNB',
      time: 1499869899040,
      last: '4.00000200',
      open: '99.00000000',
      high: '100.00000000',
      low: '0.10000000',
      volume: '8913.30000000',
      quoteVolume: '15.30000000',
    });
  });

  it('takes the digits to show from the steps, any spelling of a pair, and unknown states', () => {
    expect(toInstruments(ExchangeInfo.parse(rest.exchangeInfo))).toEqual([
      { pair: 'ETHBTC', priceDecimals: 6, quantityDecimals: 3, trading: true },
      { pair: '币安人生USDT', priceDecimals: 0, quantityDecimals: null, trading: false },
    ]);
  });
});
