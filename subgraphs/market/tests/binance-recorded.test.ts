import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { type FeedMessage, readFrame, toInstruments } from '../feeds/binance/parse';
import { ExchangeInfo } from '../feeds/binance/wire';

const lines = (file: string): string[] =>
  gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');

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

    function* recorded(pair: string): Generator<FeedMessage> {
      for (const file of readdirSync(folder)
        .filter((name) => name.startsWith(pair))
        .sort()) {
        for (const line of lines(`${folder}/${file}`))
          yield readFrame(line.slice(line.indexOf(' ') + 1), symbols);
      }
    }

    it.each([
      ['btcusdt', 9_757 + 10_147],
      ['ethusdt', 6_106 + 8_409],
    ])('are read whole, and their trades have no gap: %s', (pair, trades) => {
      const counts: Record<string, number> = {};
      const gaps: number[] = [];
      let last: number | null = null;
      for (const message of recorded(pair)) {
        tally(counts, message.kind);
        if (message.kind !== 'trade') continue;
        if (last !== null && message.sequence !== last + 1) gaps.push(message.sequence);
        last = message.sequence;
      }
      expect(counts).toEqual({ trade: trades, ignored: expect.any(Number) });
      expect(gaps).toEqual([]);
    });
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
      expect(counts).toMatchObject({ trade: 2, minute: 2 });
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
  },
);
