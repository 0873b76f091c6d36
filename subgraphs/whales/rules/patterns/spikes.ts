import { type DecimalText, grouped } from '../exact';
import { HOUR_MS, type Pattern, type PatternRule, rounded } from './pattern';
import { OUTLIER, scoreOf } from './score';

/** What went into and out of all exchanges of an asset in an hour. */
export interface FlowHour {
  /** When it began, epoch ms. */
  time: number;
  /** In USD. */
  in: DecimalText;
  out: DecimalText;
}

/** An hour is compared with those of so long before it. */
export const LOOK_BACK_MS = 30 * 24 * HOUR_MS;

const SPIKES = [
  ['EXCHANGE_INFLOW_SPIKE', 'in', 'into'],
  ['EXCHANGE_OUTFLOW_SPIKE', 'out', 'out of'],
] as const satisfies readonly (readonly [PatternRule, 'in' | 'out', string])[];

const spikeId = (rule: PatternRule, symbol: string, time: number): string =>
  `${rule}:${symbol}:${new Date(time).toISOString()}`;

/** Of the spikes that an hour of an asset may have; `time` is when it began, epoch ms. */
export const spikeIdsOf = ({ symbol, time }: { symbol: string; time: number }): string[] =>
  SPIKES.map(([rule]) => spikeId(rule, symbol, time));

/** That far more goes into or out of exchanges in an hour than in the hours with any of the 30 days before. */
export function spikePatterns(
  symbol: string,
  hour: FlowHour,
  earlier: readonly FlowHour[],
): Pattern[] {
  const past = earlier.filter(({ time }) => time < hour.time && time >= hour.time - LOOK_BACK_MS);
  return SPIKES.flatMap(([rule, side, where]) => {
    const others = past.map((each) => Number(each[side])).filter((usd) => usd > 0);
    const found = scoreOf(Number(hour[side]), others);
    if (found === null || found.score < OUTLIER) return [];
    const { score, median } = found;
    const began = new Date(hour.time).toISOString();
    return [
      {
        ...{ id: spikeId(rule, symbol, hour.time), rule, symbol, time: hour.time, score },
        explanation:
          `${grouped(hour[side])} USD of ${symbol} went ${where} exchanges in the hour from ${began}; ` +
          `the median of the ${found.others} hours with any in the 30 days before was ${grouped(rounded(median))} USD.`,
        figures: [
          { name: 'hourUsd', value: hour[side] },
          { name: 'medianHourUsd', value: rounded(median) },
          { name: 'earlierHours', value: String(found.others) },
        ],
        members: [],
      },
    ];
  });
}
