import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { ChartOverlay, PointedMarker } from '../../../charts/overlay';
import { MarkerDetails } from './MarkerDetails';
import { markersOf } from './markers';
import { useMarkedWhales } from './useMarkedWhales';
import { useNetFlows } from './useNetFlows';

/** What whales add to an asset's chart. */
interface WhaleOverlay {
  overlay: ChartOverlay;
  explain: (pointed: PointedMarker) => ReactNode;
  /** To be told how far back the chart reaches, epoch ms. */
  onReach: (openTime: number) => void;
}

/** Marks the whales of an asset on candles of a length in ms, above what flowed into exchanges meanwhile. */
export function useWhaleOverlay(symbol: string, lengthMs: number): WhaleOverlay {
  const [reach, setReach] = useState<{ lengthMs: number; from: number } | null>(null);
  const onReach = useCallback((from: number) => setReach({ lengthMs, from }), [lengthMs]);
  const from = reach?.lengthMs === lengthMs ? reach.from : null;
  const whales = useMarkedWhales(symbol, lengthMs, from);
  const bars = useNetFlows(symbol, lengthMs, from);
  const groups = useMemo(() => markersOf(whales, lengthMs), [whales, lengthMs]);
  const overlay = useMemo(() => {
    const markers = from === null ? [] : groups.filter(({ time }) => time >= from);
    return { markers, bars };
  }, [groups, bars, from]);
  const explain = useCallback(
    (pointed: PointedMarker) => {
      const group = groups.find(({ id }) => id === pointed.id);
      return group && <MarkerDetails {...{ symbol, group, pointed }} />;
    },
    [groups, symbol],
  );
  return { overlay, explain, onReach };
}
