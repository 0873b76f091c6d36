import {
  CandlestickSeries,
  createChart,
  HistogramSeries,
  type CandlestickData,
  type HistogramData,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { ChartCandle } from './candle';
import type { ChartLook } from './chart-look';
import { chartOptions, NEWEST_OFFSET, toMs, type ChartWriting } from './chart-options';
import { createChartOverlay } from './chart-overlay-handle';
import type { ChartOverlay, MarkerEvents } from './overlay';

/** The one place that talks to the chart library. */
export interface CandleChartHandle {
  setLook(look: ChartLook, writing: ChartWriting): void;
  /** Replaces all candles, oldest first; keeps the part of time that is in view. */
  setCandles(candles: readonly ChartCandle[]): void;
  /** Moves the newest candle or adds the one after it; an older one is ignored. */
  update(candle: ChartCandle): void;
  /** Replaces the markers at candles, and the pane below the volume. */
  setOverlay(overlay: ChartOverlay): void;
  /** Shows the newest candles. */
  showNewest(): void;
  remove(): void;
}

/** What the chart tells. Times are epoch ms. */
export interface CandleChartEvents extends MarkerEvents {
  /** The start of the candle under the crosshair; null when it is elsewhere. */
  onHover: (openTime: number | null) => void;
  /** The oldest candles come into view. */
  onOldest: () => void;
}

const VOLUME_SHARE = 0.22;
/** Candles left of the visible part below which older ones are asked for. */
const OLDEST_MARGIN = 40;
/** Width of a candle with its gap, in pixels, when the newest are shown. */
const CANDLE_WIDTH = 7;

const toSeconds = (epochMs: number) => (epochMs / 1000) as UTCTimestamp;

function toCandle({ openTime, open, high, low, close }: ChartCandle): CandlestickData {
  return {
    time: toSeconds(openTime),
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
  };
}

function toVolume(candle: ChartCandle, look: ChartLook): HistogramData {
  const rises = Number(candle.close) >= Number(candle.open);
  return {
    time: toSeconds(candle.openTime),
    value: Number(candle.volume),
    color: rises ? look.volumeUp : look.volumeDown,
  };
}

function priceFormat({ formats, priceDecimals }: ChartWriting) {
  const minMove = 10 ** -priceDecimals;
  const formatter = (price: number) => formats.price(price.toFixed(priceDecimals), priceDecimals);
  return { type: 'custom' as const, minMove, formatter };
}

/** Draws candles and volume into an element until `remove`. */
export function createCandleChart(
  element: HTMLElement,
  look: ChartLook,
  writing: ChartWriting,
  events: CandleChartEvents,
): CandleChartHandle {
  let current = look;
  let shown: readonly ChartCandle[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  const chart = createChart(element, { autoSize: true, ...chartOptions(look, writing.formats) });
  const candles = chart.addSeries(CandlestickSeries, { borderVisible: false });
  const volume = chart.addSeries(
    HistogramSeries,
    { priceFormat: { type: 'volume' }, lastValueVisible: false, priceLineVisible: false },
    1,
  );
  chart.panes()[0]?.setStretchFactor(1 - VOLUME_SHARE);
  chart.panes()[1]?.setStretchFactor(VOLUME_SHARE);
  const overlay = createChartOverlay(chart, candles, events);
  chart.subscribeCrosshairMove(({ time, point }) =>
    events.onHover(time === undefined || point === undefined ? null : toMs(time)),
  );
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (range && shown.length > 0 && range.from < OLDEST_MARGIN) events.onOldest();
  });

  const handle: CandleChartHandle = {
    setLook: (next, nextWriting) => {
      current = next;
      chart.applyOptions(chartOptions(next, nextWriting.formats));
      candles.applyOptions({
        upColor: next.up,
        downColor: next.down,
        wickUpColor: next.up,
        wickDownColor: next.down,
        priceFormat: priceFormat(nextWriting),
      });
      handle.setCandles(shown);
      overlay.setLook(next, nextWriting.formats);
    },
    setCandles: (next) => {
      shown = next;
      newest = next.at(-1)?.openTime ?? Number.NEGATIVE_INFINITY;
      candles.setData(next.map(toCandle));
      volume.setData(next.map((candle) => toVolume(candle, current)));
    },
    update: (candle) => {
      if (candle.openTime < newest) return;
      newest = candle.openTime;
      candles.update(toCandle(candle));
      volume.update(toVolume(candle, current));
    },
    setOverlay: overlay.set,
    showNewest: () => {
      const last = shown.length - 1;
      const fitting = Math.floor(element.clientWidth / CANDLE_WIDTH);
      const to = last + NEWEST_OFFSET;
      chart.timeScale().setVisibleLogicalRange({ from: to - fitting, to });
    },
    remove: () => chart.remove(),
  };
  handle.setLook(look, writing);
  return handle;
}
