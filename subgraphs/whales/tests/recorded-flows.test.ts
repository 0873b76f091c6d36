import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { HOUR_MS } from '../rules/patterns/pattern';
import { type FlowHour, spikePatterns } from '../rules/patterns/spikes';

/** Sums by hour of a table of minutes: out of exchanges, then into them, in USD. */
function hoursIn(file: string): FlowHour[] {
  const sums = new Map<number, { in: number; out: number }>();
  const [, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  for (const line of lines) {
    const [minute = '', out, into] = line.split(',');
    const time = Date.parse(`${minute.slice(0, 10)}T${minute.slice(11, 13)}:00:00Z`);
    const sum = sums.get(time) ?? { in: 0, out: 0 };
    sums.set(time, { in: sum.in + Number(into), out: sum.out + Number(out) });
  }
  return [...sums].map(([time, sum]) => ({ time, in: String(sum.in), out: String(sum.out) }));
}

describeRecorded(
  describe,
  'recorded flows of BTC into and out of exchanges',
  'whales/btc-exchange-flows-2024-11_2025-10/btc_etow_wtoe.csv.gz',
  (file) => {
    it('have few spikes in nine days of February 2025, as computed with Python beside this', () => {
      const all = hoursIn(file);
      const [from, to] = [Date.UTC(2025, 1, 20), Date.UTC(2025, 2, 1)];
      const lookedAt = all.filter(({ time }) => time >= from - 30 * 24 * HOUR_MS && time < to);
      const spikes = lookedAt
        .filter(({ time }) => time >= from)
        .flatMap((hour) => spikePatterns('BTC', hour, lookedAt));
      expect(
        spikes.map(({ rule, time, score }) => [rule, new Date(time).toISOString(), score]),
      ).toEqual([
        ['EXCHANGE_OUTFLOW_SPIKE', '2025-02-22T03:00:00.000Z', 4.38],
        ['EXCHANGE_OUTFLOW_SPIKE', '2025-02-26T20:00:00.000Z', 3.67],
        ['EXCHANGE_OUTFLOW_SPIKE', '2025-02-28T10:00:00.000Z', 3.62],
      ]);
    });
  },
);
