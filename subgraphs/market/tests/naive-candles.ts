/**
 * An independent way to coarser candles for tests: whole numbers, no code of the project.
 * Amounts are counted in units of 10^-12.
 */
export interface NaiveCandle {
  openTime: number;
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
  quoteVolume: bigint | null;
  trades: number | null;
}

const DECIMALS = 12;

/** "12.5", "-3" or "1.2e-5" in units of 10^-12. */
export function units(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const zeros = DECIMALS + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  if (zeros >= 0) return digits * 10n ** BigInt(zeros);
  const divisor = 10n ** BigInt(-zeros);
  if (digits % divisor !== 0n) throw new Error(`${text} has more than ${DECIMALS} decimals`);
  return digits / divisor;
}

/** Candles of `length` ms from finer ones in any order, by open time. */
export function naiveRollUp(
  finer: readonly NaiveCandle[],
  length: number,
): Map<number, NaiveCandle> {
  const buckets = new Map<number, NaiveCandle[]>();
  for (const candle of finer) {
    const openTime = candle.openTime - (candle.openTime % length);
    const bucket = buckets.get(openTime);
    if (bucket === undefined) buckets.set(openTime, [candle]);
    else bucket.push(candle);
  }
  return new Map([...buckets].map(([openTime, parts]) => [openTime, merge(openTime, parts)]));
}

function merge(openTime: number, unordered: readonly NaiveCandle[]): NaiveCandle {
  const parts = [...unordered].sort((a, b) => a.openTime - b.openTime);
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) throw new Error('a bucket without candles');
  const quoteVolumes = parts.map(({ quoteVolume }) => quoteVolume);
  const trades = parts.map((part) => part.trades);
  return {
    openTime,
    open: first.open,
    high: parts.map(({ high }) => high).reduce((a, b) => (a > b ? a : b)),
    low: parts.map(({ low }) => low).reduce((a, b) => (a < b ? a : b)),
    close: last.close,
    volume: parts.map(({ volume }) => volume).reduce((a, b) => a + b),
    quoteVolume: quoteVolumes.reduce((a, b) => (a === null || b === null ? null : a + b)),
    trades: trades.reduce((a, b) => (a === null || b === null ? null : a + b)),
  };
}

/** What any candle of the project says, in the naive form. */
export const naive = (candle: {
  openTime: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  quoteVolume: string | null;
  trades: number | null;
}): NaiveCandle => ({
  openTime: candle.openTime,
  open: units(candle.open),
  high: units(candle.high),
  low: units(candle.low),
  close: units(candle.close),
  volume: units(candle.volume),
  quoteVolume: candle.quoteVolume === null ? null : units(candle.quoteVolume),
  trades: candle.trades,
});
