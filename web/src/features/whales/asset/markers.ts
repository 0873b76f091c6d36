import type { ChartMarker } from '../../../charts/overlay';
import type { MarkedWhaleFragment } from '../../../generated/graphql';
import { isUndone } from '../status';
import { figuresOf } from '../told';

/** A large transaction as the chart needs it. */
export type MarkedWhale = Pick<
  MarkedWhaleFragment,
  'id' | 'time' | 'usd' | 'direction' | 'status'
> & {
  fold: Pick<MarkedWhaleFragment, 'usd' | 'direction'> | null;
};

/** Whales that share a marker, the largest first. */
export interface MarkedGroup<Whale extends MarkedWhale> extends ChartMarker {
  whales: readonly Whale[];
}

const TONES: Partial<Record<MarkedWhale['direction'], ChartMarker['tone']>> = {
  TO_EXCHANGE: 'down',
  FROM_EXCHANGE: 'up',
};

/** Dots of a million USD are of the smallest size; each further power of ten adds so much. */
const LEAST_SIZE = 0.3;
const SIZE_PER_POWER = 0.4;
const MOST_SIZE = 1.8;
const LEAST_POWER = 6;

const usdOf = (whale: MarkedWhale) => Number(figuresOf(whale).usd ?? 0);

/** The size of a dot for so many USD; it grows with their order of magnitude. */
export function markerSize(usd: number): number {
  const powers = Math.log10(Math.max(usd, 1)) - LEAST_POWER;
  return Math.min(MOST_SIZE, LEAST_SIZE + SIZE_PER_POWER * Math.max(0, powers));
}

/**
 * One marker for each candle and tone, oldest first; none for what has never happened. `lengthMs` is the length of a
 * candle; candles begin at multiples of it in UTC.
 */
export function markersOf<Whale extends MarkedWhale>(
  whales: readonly Whale[],
  lengthMs: number,
): MarkedGroup<Whale>[] {
  const groups = new Map<string, { time: number; tone: ChartMarker['tone']; whales: Whale[] }>();
  for (const whale of whales) {
    if (isUndone(whale.status)) continue;
    const time = Math.floor(Date.parse(whale.time) / lengthMs) * lengthMs;
    const tone = TONES[figuresOf(whale).direction] ?? 'neutral';
    const id = `${time}:${tone}`;
    const group = groups.get(id);
    if (group) group.whales.push(whale);
    else groups.set(id, { time, tone, whales: [whale] });
  }
  return [...groups]
    .map(([id, { time, tone, whales: members }]) => ({
      ...{ id, time, tone },
      size: markerSize(members.reduce((sum, whale) => sum + usdOf(whale), 0)),
      whales: members.sort((a, b) => usdOf(b) - usdOf(a)),
    }))
    .sort((a, b) => a.time - b.time);
}

/** How many there are, for people. */
export const countOf = ({ length }: readonly MarkedWhale[]): string =>
  length === 1 ? '1 whale' : `${length} whales`;

/** Least worth of what is marked, in whole USD: a dot at every candle would say nothing. */
export function leastMarkedUsd(lengthMs: number): string {
  if (lengthMs <= 300_000) return '1000000';
  return lengthMs <= 3_600_000 ? '5000000' : '20000000';
}
