import { useEffect, useRef } from 'react';
import type { ChartCandle } from './candle';
import {
  createCandleChart,
  type CandleChartEvents,
  type CandleChartHandle,
} from './candle-chart-handle';
import type { ChartLook } from './chart-look';
import type { ChartWriting } from './chart-options';
import type { ChartOverlay } from './overlay';

interface CandleChartProps extends CandleChartEvents, ChartWriting {
  /** Changes with the asset and the interval: the newest candles are shown again. */
  subject: string;
  /** Oldest first. */
  candles: readonly ChartCandle[];
  /** The forming candle and those closed since the last load, oldest first. */
  live: readonly ChartCandle[];
  overlay: ChartOverlay;
  look: ChartLook;
  /** What the chart shows, for people who cannot see it. */
  label: string;
}

/** Candles over volume. Loaded candles are set, live ones only move the last. */
export default function CandleChart(props: CandleChartProps) {
  const { subject, candles, live, overlay, look, formats, priceDecimals, label } = props;
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<CandleChartHandle>(null);
  const shownSubject = useRef<string>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!element.current) return;
    const { look: firstLook, formats: firstFormats, priceDecimals: decimals } = latest.current;
    const writing = { formats: firstFormats, priceDecimals: decimals };
    const handle = createCandleChart(element.current, firstLook, writing, {
      onHover: (openTime) => latest.current.onHover(openTime),
      onOldest: () => latest.current.onOldest(),
      onMarker: (pointed) => latest.current.onMarker(pointed),
      onChoose: (chosen) => latest.current.onChoose(chosen),
    });
    chart.current = handle;
    return () => {
      chart.current = null;
      shownSubject.current = null;
      handle.remove();
    };
  }, []);
  useEffect(() => {
    chart.current?.setLook(look, { formats, priceDecimals });
  }, [look, formats, priceDecimals]);
  useEffect(() => {
    chart.current?.setCandles(candles);
    if (candles.length === 0 || shownSubject.current === subject) return;
    shownSubject.current = subject;
    chart.current?.showNewest();
  }, [candles, subject]);
  useEffect(() => {
    chart.current?.setOverlay(overlay);
  }, [overlay]);
  useEffect(() => {
    live.forEach((candle) => chart.current?.update(candle));
  }, [live, candles, look, formats, priceDecimals]);

  return <div ref={element} role="figure" aria-label={label} style={{ height: '100%' }} />;
}
