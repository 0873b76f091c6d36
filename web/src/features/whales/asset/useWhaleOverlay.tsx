import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { ChartOverlay, MarkerEvents, PointedMarker } from '../../../charts/overlay';
import { Choice } from '../../../ui/controls';
import { useFormats } from '../../../ui/useFormats';
import { type FlowRecording, useFlowRecordings } from '../useFlowRecordings';
import { MarkerDetails } from './MarkerDetails';
import { markersOf } from './markers';
import { useMarkedList } from './useMarkedList';
import { useMarkedWhales } from './useMarkedWhales';
import { useNetFlows, useRecordedNetFlows } from './useNetFlows';

/** What whales add to an asset's chart. */
interface WhaleOverlay extends Pick<MarkerEvents, 'onChoose'> {
  overlay: ChartOverlay;
  explain: (pointed: PointedMarker) => ReactNode;
  /** To be told how far back the chart reaches, epoch ms. */
  onReach: (openTime: number) => void;
  /** Choose whose flows stand below the candles, where there are several, and list what is marked. */
  controls: ReactNode;
}

const SEEN = '';

interface FlowChoiceProps {
  symbol: string;
  recordings: readonly FlowRecording[];
  source: string;
  onChange: (source: string) => void;
}

function FlowChoice({ symbol, recordings, source, onChange }: FlowChoiceProps) {
  const formats = useFormats();
  const choices = recordings.map(({ source: value, from, to }) => ({
    value,
    label: `Net flow recorded ${formats.month(from)} – ${formats.month(to)}, USD (${value})`,
  }));
  return (
    <Choice
      label="Whose net flow into exchanges stands below the candles"
      value={source}
      choices={[{ value: SEEN, label: `Net flow seen here, ${symbol}` }, ...choices]}
      set={source !== SEEN}
      onChange={onChange}
    />
  );
}

/** Marks the whales of an asset on candles of a length in ms, above what flowed into exchanges meanwhile. */
export function useWhaleOverlay(symbol: string, lengthMs: number): WhaleOverlay {
  const [reach, setReach] = useState<{ lengthMs: number; from: number } | null>(null);
  const onReach = useCallback((from: number) => setReach({ lengthMs, from }), [lengthMs]);
  const from = reach?.lengthMs === lengthMs ? reach.from : null;
  const whales = useMarkedWhales(symbol, lengthMs, from);
  const { recordings } = useFlowRecordings(symbol);
  const [source, setSource] = useState(SEEN);
  const recording = recordings.find((each) => each.source === source) ?? null;
  const seen = useNetFlows(symbol, lengthMs, recording ? null : from);
  const recorded = useRecordedNetFlows(symbol, lengthMs, from, recording);
  const markers = useMemo(
    () => (from === null ? [] : markersOf(whales, lengthMs).filter(({ time }) => time >= from)),
    [whales, lengthMs, from],
  );
  const { onChoose, button } = useMarkedList(symbol, markers);
  const overlay = useMemo(() => {
    const [unit, whose] = recording
      ? ['USD', `recorded by ${recording.source}`]
      : [symbol, 'seen here'];
    const barsTitle = `Net flow into exchanges, ${unit}`;
    const barsWords = `the net flow into exchanges in ${unit}, as ${whose}`;
    return { markers, bars: recording ? recorded : seen, barsTitle, barsWords };
  }, [markers, seen, recorded, recording, symbol]);
  const explain = useCallback(
    (pointed: PointedMarker) => {
      const group = markers.find(({ id }) => id === pointed.id);
      return group && <MarkerDetails {...{ symbol, group, pointed }} />;
    },
    [markers, symbol],
  );
  // What the candles do not reach back to cannot be drawn below them.
  const offered = recordings.filter(
    (each) => each === recording || (from !== null && each.to > from),
  );
  const controls = (
    <>
      {offered.length > 0 && (
        <FlowChoice
          {...{ symbol, recordings: offered, source: recording?.source ?? SEEN }}
          onChange={setSource}
        />
      )}
      {button}
    </>
  );
  return { overlay, explain, onReach, onChoose, controls };
}
