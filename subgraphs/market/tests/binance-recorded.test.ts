import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { Decimal } from 'decimal.js';
import {
  type BestQuote,
  type FeedMessage,
  readFrame,
  readSnapshot,
  toInstruments,
} from '../feeds/binance/parse';
import { ExchangeInfo } from '../feeds/binance/wire';
import { type BookSnapshot, OrderBook } from '../rules/order-book';

const lines = (file: string): string[] =>
  gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');

const bestOf = (pair: string, book: OrderBook): BestQuote => ({
  pair,
  updateId: book.lastUpdateId ?? 0,
  bid: book.bestBid()?.[0] ?? '',
  ask: book.bestAsk()?.[0] ?? '',
});

/** The newest quote that the book's update contains, as of that update. */
function quoteBefore(quotes: readonly BestQuote[], { updateId }: BestQuote): BestQuote {
  let low = 0;
  let high = quotes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (quotes[middle].updateId <= updateId) low = middle + 1;
    else high = middle;
  }
  return { ...quotes[low - 1], updateId };
}

/** Levels beyond the snapshot's are unknown until they change. */
const isCovered = (snapshot: BookSnapshot | null, { bid, ask }: BestQuote): boolean =>
  new Decimal(bid).gte(snapshot?.bids.at(-1)?.[0] ?? 0) &&
  new Decimal(ask).lte(snapshot?.asks.at(-1)?.[0] ?? 0);

const tally = (counts: Record<string, number>, kind: string): void => {
  counts[kind] = (counts[kind] ?? 0) + 1;
};

describeRecorded(
  describe,
  'recorded spot frames of 2024-08-09',
  'trades/binance-spot-ws-2024-08-09',
  (folder) => {
    const symbols = new Map([
      ['BTCUSDT', 'BTC'],
      ['ETHUSDT', 'ETH'],
    ]);

    function* recorded(pair: string): Generator<[FeedMessage, string]> {
      for (const file of readdirSync(folder)
        .filter((name) => name.startsWith(pair))
        .sort()) {
        for (const line of lines(`${folder}/${file}`)) {
          const text = line.slice(line.indexOf(' ') + 1);
          yield [readFrame(text, symbols), text];
        }
      }
    }

    it.each([
      ['btcusdt', 9_757 + 10_147],
      ['ethusdt', 6_106 + 8_409],
    ])(
      'are read whole, have no gap, and keep a book with the best prices of the book ticker: %s',
      (pair, trades) => {
        const counts: Record<string, number> = {};
        const book = new OrderBook();
        const bests: BestQuote[] = [];
        const quotes: BestQuote[] = [];
        const gaps: number[] = [];
        let last: number | null = null;
        let snapshot: BookSnapshot | null = null;
        for (const [message, text] of recorded(pair)) {
          tally(counts, message.kind);
          if (message.kind === 'trade') {
            if (last !== null && message.sequence !== last + 1) gaps.push(message.sequence);
            last = message.sequence;
          }
          if (message.kind === 'quote') quotes.push(message.quote);
          if (message.kind === 'ignored') {
            snapshot = readSnapshot(text);
            expect(snapshot && book.load(snapshot)).toBe('ok');
          }
          if (message.kind === 'depth' && book.apply(message.change) === 'ok')
            bests.push(bestOf(message.pair, book));
        }
        expect(counts).toEqual({
          trade: trades,
          ignored: 1,
          quote: quotes.length,
          depth: expect.any(Number),
        });
        expect(gaps).toEqual([]);
        expect(bests.length).toBeGreaterThan(6_000);
        const expected = bests.map((best) => quoteBefore(quotes, best));
        const isKnown = (_: BestQuote, index: number) => isCovered(snapshot, expected[index]);
        expect(bests.filter(isKnown).length).toBeGreaterThan(4_000);
        expect(bests.filter(isKnown)).toEqual(expected.filter(isKnown));
      },
    );
  },
);

describeRecorded(
  describe,
  'captures of four spot pairs of 2021-10-12',
  'trades/cryptofeed-captures',
  (folder) => {
    const symbols = new Map(
      ['NKNUSDT', 'BLZETH', 'LRCBTC', 'RUNEEUR'].map((pair) => [pair, pair.toLowerCase()]),
    );
    const bodyOf = (line: string): string => line.slice(line.search(/(?<=\d: )[{[]/));

    it('are read whole', () => {
      const counts: Record<string, number> = {};
      for (const line of lines(`${folder}/BINANCE.ws.1.0.gz`))
        if (line.includes(': {')) tally(counts, readFrame(bodyOf(line), symbols).kind);
      expect(counts).toMatchObject({ trade: 2, minute: 2, depth: 177 });
      expect(counts).not.toHaveProperty('malformed');
    });

    it('hold an exchangeInfo of 2021 that is read whole', () => {
      const [line] = gunzipSync(readFileSync(`${folder}/BINANCE.0.gz`))
        .toString()
        .split('\n');
      const info = ExchangeInfo.parse(JSON.parse(bodyOf(line)));
      expect(info.rateLimits[0]).toMatchObject({ rateLimitType: 'REQUEST_WEIGHT', limit: 1_200 });
      const btc = toInstruments(info).find(({ pair }) => pair === 'BTCUSDT');
      expect(btc).toEqual({
        pair: 'BTCUSDT',
        priceDecimals: 2,
        quantityDecimals: 5,
        trading: true,
      });
    });

    it('hold order book snapshots that are read whole', () => {
      let snapshots = 0;
      for (const line of lines(`${folder}/BINANCE.http.0.0.gz`))
        if (readSnapshot(bodyOf(line)) !== null) snapshots += 1;
      expect(snapshots).toBe(4);
    });
  },
);
