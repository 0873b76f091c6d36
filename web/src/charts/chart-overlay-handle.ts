import {
  createSeriesMarkers,
  createTextWatermark,
  HistogramSeries,
  type HistogramData,
  type IChartApi,
  type ISeriesApi,
  type ITextWatermarkPluginApi,
  type MouseEventParams,
  type SeriesMarker,
  type SeriesMarkerBarPosition,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { Formats } from '../ui/format';
import type { ChartLook } from './chart-look';
import {
  NO_OVERLAY,
  type ChartBar,
  type ChartMarker,
  type ChartOverlay,
  type MarkerEvents,
  type PointedMarker,
} from './overlay';

/** Draws what lies over candles, and tells what of it is pointed at. */
export interface ChartOverlayHandle {
  set(overlay: ChartOverlay): void;
  setLook(look: ChartLook, formats: Pick<Formats, 'amount'>): void;
}

const BARS_PANE = 2;
const BARS_SHARE = 0.16;

const POSITIONS: Record<ChartMarker['tone'], SeriesMarkerBarPosition> = {
  down: 'aboveBar',
  up: 'belowBar',
  neutral: 'aboveBar',
};

const toSeconds = (epochMs: number) => (epochMs / 1000) as UTCTimestamp;

function toMarker({ id, time, tone, size }: ChartMarker, look: ChartLook): SeriesMarker<Time> {
  const colours = { up: look.up, down: look.down, neutral: look.neutral };
  return {
    ...{ id, size, time: toSeconds(time), shape: 'circle' },
    ...{ position: POSITIONS[tone], color: colours[tone] },
  };
}

/** More into the chart's subject is drawn as what presses its price, less as the contrary. */
function toBar({ time, value }: ChartBar, look: ChartLook): HistogramData {
  return { time: toSeconds(time), value, color: value > 0 ? look.volumeDown : look.volumeUp };
}

function pointedAt({ hoveredObjectId, point }: MouseEventParams): PointedMarker | null {
  return typeof hoveredObjectId === 'string' && point
    ? { id: hoveredObjectId, x: point.x, y: point.y }
    : null;
}

/** How far from a finger, in pixels, something is still meant: to its sides, and from its candle up or down. */
const FINGER = { aside: 16, along: 56 };

/** All markers of the candle that a finger means; none where it means something else. */
function touchedIds(
  { point, paneIndex, seriesData }: MouseEventParams,
  chart: IChartApi,
  candles: ISeriesApi<'Candlestick'>,
  markers: readonly ChartMarker[],
): readonly string[] {
  const candle = seriesData.get(candles);
  if (!point || paneIndex !== 0 || !candle || !('high' in candle)) return [];
  const isOff = (price: number, way: 1 | -1) =>
    way * (point.y - (candles.priceToCoordinate(price) ?? point.y)) > FINGER.along;
  if (isOff(candle.high, -1) || isOff(candle.low, 1)) return [];
  const scale = chart.timeScale();
  const asideOf = ({ time }: ChartMarker) =>
    Math.abs(point.x - (scale.timeToCoordinate(toSeconds(time)) ?? Number.POSITIVE_INFINITY));
  const nearest = Math.min(...markers.map(asideOf));
  return nearest > FINGER.aside
    ? []
    : markers.filter((marker) => asideOf(marker) === nearest).map(({ id }) => id);
}

/** Tells of what is clicked or tapped. */
function subscribeChoice(
  chart: IChartApi,
  candles: ISeriesApi<'Candlestick'>,
  markersNow: () => readonly ChartMarker[],
  onChoose: MarkerEvents['onChoose'],
): void {
  let isTouched = false;
  chart
    .chartElement()
    .addEventListener('pointerdown', ({ pointerType }) => (isTouched = pointerType === 'touch'), {
      capture: true,
    });
  chart.subscribeClick((event) => {
    const pointed = pointedAt(event);
    // A finger hovers over nothing: what the chart says of that is of before.
    const ids = isTouched
      ? touchedIds(event, chart, candles, markersNow())
      : pointed
        ? [pointed.id]
        : [];
    if (ids.length === 0 || !event.sourceEvent) return;
    onChoose({ ids, left: event.sourceEvent.clientX, top: event.sourceEvent.clientY });
  });
}

/** Bars in a pane of their own, which goes with them, and what they are, in its corner. */
interface BarsPane {
  bars: ISeriesApi<'Histogram'>;
  title: ITextWatermarkPluginApi<Time>;
}

function createBarsPane(chart: IChartApi, write: (value: number) => string): BarsPane {
  const priceFormat = { type: 'custom' as const, minMove: 1, formatter: write };
  const quiet = { lastValueVisible: false, priceLineVisible: false };
  const bars = chart.addSeries(HistogramSeries, { priceFormat, ...quiet }, BARS_PANE);
  const pane = bars.getPane();
  pane.setStretchFactor(BARS_SHARE);
  return { bars, title: createTextWatermark(pane, { horzAlign: 'left', vertAlign: 'top' }) };
}

/** Begins to draw over the candles of a chart. */
export function createChartOverlay(
  chart: IChartApi,
  candles: ISeriesApi<'Candlestick'>,
  { onMarker, onChoose }: MarkerEvents,
): ChartOverlayHandle {
  let shown: ChartOverlay = NO_OVERLAY;
  let look: ChartLook | null = null;
  let below: BarsPane | null = null;
  const amount = { write: (value: number) => String(value) };
  const markers = createSeriesMarkers<Time>(candles, [], { autoScale: true, zOrder: 'top' });
  chart.subscribeCrosshairMove((event) => onMarker(pointedAt(event)));
  subscribeChoice(chart, candles, () => shown.markers, onChoose);

  const drawBars = (drawn: ChartLook) => {
    if (shown.bars.length === 0) {
      if (below) chart.removeSeries(below.bars);
      below = null;
      return;
    }
    below ??= createBarsPane(chart, (value) => amount.write(value));
    const { text: color, fontSize, fontFamily } = drawn;
    const line = { text: shown.barsTitle, color, fontSize, fontFamily };
    below.title.applyOptions({ lines: [line] });
    below.bars.setData(shown.bars.map((bar) => toBar(bar, drawn)));
  };
  const draw = () => {
    if (!look) return;
    const drawn = look;
    markers.setMarkers(shown.markers.map((marker) => toMarker(marker, drawn)));
    drawBars(drawn);
  };
  return {
    set: (overlay) => {
      shown = overlay;
      draw();
    },
    setLook: (next, formats) => {
      look = next;
      amount.write = (value) => formats.amount(value.toFixed(0));
      draw();
    },
  };
}
