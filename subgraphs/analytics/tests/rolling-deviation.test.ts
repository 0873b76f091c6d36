import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import fc from 'fast-check';
import { Ema } from '../rules/ema';
import { RollingDeviation } from '../rules/rolling-deviation';

// The same each time.
fc.configureGlobal({ seed: 1 });

const twoPass = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
};

describe('the rolling standard deviation', () => {
  it('is unknown of fewer than two values', () => {
    const deviation = new RollingDeviation(5);
    expect(deviation.sampleDeviation()).toBeNull();
    deviation.push(1);
    expect(deviation.sampleDeviation()).toBeNull();
  });

  it('equals the one computed in two passes over the values it keeps', () => {
    const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 30 }), (given, capacity) => {
        const deviation = new RollingDeviation(capacity);
        given.forEach((value) => deviation.push(value));
        expect(deviation.sampleDeviation()).toBeCloseTo(twoPass(given.slice(-capacity)), 9);
      }),
      { examples: [[[967.7202148380097, 0, 0, 0], 3]], numRuns: 1_000 },
    );
  });

  it('forgets an outlier without a trace once it has left', () => {
    const deviation = new RollingDeviation(100);
    const value = (at: number): number => 1e-4 * Math.sin(at);
    for (let at = 0; at < 50; at += 1) deviation.push(value(at));
    deviation.push(1e6);
    const later = Array.from({ length: 250 }, (_, at) => value(at));
    later.forEach((each) => deviation.push(each));
    expect(deviation.sampleDeviation()).toBeCloseTo(twoPass(later.slice(-100)), 15);
  });

  it('does not drift over a million values with a large mean', () => {
    const deviation = new RollingDeviation(288);
    const value = (at: number): number => 1e6 + Math.sin(at * 0.7);
    for (let at = 0; at < 1_000_000; at += 1) deviation.push(value(at));
    const kept = Array.from({ length: 288 }, (_, at) => value(1_000_000 - 288 + at));
    expect(deviation.sampleDeviation()).toBeCloseTo(twoPass(kept), 8);
  });
});

function readJson<Row>(path: string): Row[] {
  const bytes = readFileSync(path);
  return JSON.parse(String(path.endsWith('.gz') ? gunzipSync(bytes) : bytes)) as Row[];
}

describeRecorded(
  describe,
  'against the published results of Stock.Indicators',
  'indicators/stock-indicators',
  (folder) => {
    const closes = (): number[] =>
      readFileSync(`${folder}/quotes/default.csv`, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split(',')[4]));

    it('the 20-day EMA agrees on every one of 502 days', () => {
      const results = readJson<{ ema: number | null }>(`${folder}/results/ema.standard.json`);
      const ema = new Ema(20);
      const computed = closes().map((close) => {
        ema.push(close);
        return ema.value();
      });
      expect(computed).toHaveLength(502);
      computed.forEach((value, day) => expectClose(value, results[day]?.ema));
    });

    it('the standard deviation agrees on every one of 502 days', () => {
      const path = `${folder}/results/stdev.standard.json.gz`;
      const results = readJson<{ stdDev: number | null }>(path);
      const period = results.findIndex(({ stdDev }) => stdDev !== null) + 1;
      const deviation = new RollingDeviation(period);
      // The published ones divide by n, ours by n − 1.
      const toPopulation = Math.sqrt((period - 1) / period);
      closes().forEach((close, day) => {
        deviation.push(close);
        const sample = deviation.sampleDeviation() ?? 0;
        const value = deviation.count < period ? null : sample * toPopulation;
        expectClose(value, results[day]?.stdDev);
      });
    });
  },
);

function expectClose(value: number | null, published: number | null | undefined): void {
  if (value === null || published === null || published === undefined) {
    expect(value).toBe(published ?? null);
  } else {
    expect(value).toBeCloseTo(published, 9);
  }
}
