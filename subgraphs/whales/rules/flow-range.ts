import { invalidInput } from '@spyhop/platform/errors';

/** Lengths in ms, and how many of them one answer has at most. */
export const FLOW_BUCKETS = {
  HOUR: { ms: 3_600_000, most: 2_232 },
  DAY: { ms: 86_400_000, most: 1_096 },
} as const;
export type FlowBucket = keyof typeof FLOW_BUCKETS;

/** Epoch ms; `to` is not part of it. */
export interface FlowRange {
  bucket: FlowBucket;
  from: number;
  to: number;
}

/** From the beginning of the bucket that holds `from`. Throws INVALID_INPUT. */
export function readFlowRange({ bucket, from, to }: FlowRange): FlowRange {
  const { ms, most } = FLOW_BUCKETS[bucket];
  const begins = Math.floor(from / ms) * ms;
  if (to <= from) throw invalidInput('`to` must be later than `from`.');
  if (to - begins > most * ms) {
    throw invalidInput(
      `At most ${most} buckets of a ${bucket.toLowerCase()} at once; ask for less time` +
        (bucket === 'HOUR' ? ', or for days.' : '.'),
    );
  }
  return { bucket, from: begins, to };
}

/** A ticker as it is stored. Throws INVALID_INPUT for what can be none. */
export function readSymbol(text: string): string {
  if (/^[\w.$-]{1,64}$/.test(text)) return text.toUpperCase();
  throw invalidInput(`A symbol is a ticker like BTC, not ${JSON.stringify(text.slice(0, 40))}.`);
}
