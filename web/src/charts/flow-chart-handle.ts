import {
  createChart,
  HistogramSeries,
  LineSeries,
  type HistogramData,
  type IChartApi,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { ChartLook } from './chart-look';
import { chartOptions, type ChartWriting } from './chart-options';
import type { FlowPoint } from './flow-point';

/** Draws flows into an element until `remove`: in above the middle, out below it, and a line for the net. */
export interface FlowChartHandle {
  setLook(look: ChartLook, formats: ChartWriting['formats']): void;
  /** Replaces all, oldest first, and shows all of it. */
  setFlows(points: readonly FlowPoint[]): void;
  remove(): void;
}

const toSeconds = (epochMs: number) => (epochMs / 1000) as UTCTimestamp;

/** Begins to draw; `onHover` is told the start of the bucket under the crosshair, epoch ms. */
export function createFlowChart(
  element: HTMLElement,
  onHover: (time: number | null) => void,
): FlowChartHandle {
  const chart: IChartApi = createChart(element, { autoSize: true });
  const quiet = { lastValueVisible: false, priceLineVisible: false };
  const bars = {
    in: chart.addSeries(HistogramSeries, quiet),
    out: chart.addSeries(HistogramSeries, quiet),
  };
  const net = chart.addSeries(LineSeries, { ...quiet, lineWidth: 2 });
  let shown: readonly FlowPoint[] = [];
  let look: ChartLook | null = null;
  chart.subscribeCrosshairMove(({ time, point }) =>
    onHover(typeof time === 'number' && point ? time * 1000 : null),
  );
  // All of the window is to be seen, however wide the page becomes.
  chart.timeScale().subscribeSizeChange(() => chart.timeScale().fitContent());
  const draw = () => {
    if (!look) return;
    const { volumeUp, volumeDown } = look;
    const bar =
      (value: number, color: string) =>
      (point: FlowPoint): HistogramData<Time> => ({
        ...{ time: toSeconds(point.time), color },
        value: value * Number(value > 0 ? point.in : point.out),
      });
    bars.in.setData(shown.map(bar(1, volumeDown)));
    bars.out.setData(shown.map(bar(-1, volumeUp)));
    net.setData(shown.map((point) => ({ time: toSeconds(point.time), value: Number(point.net) })));
  };
  return {
    setLook: (next, formats) => {
      look = next;
      chart.applyOptions(chartOptions(next, formats));
      // All of the window is in view, its last bucket at the edge: fingers and wheels move the page instead.
      chart.applyOptions({
        handleScroll: false,
        handleScale: false,
        timeScale: { rightOffset: 0 },
      });
      const priceFormat = {
        ...{ type: 'custom' as const, minMove: 0.0001 },
        formatter: (value: number) => formats.amount(value.toFixed(4)),
      };
      for (const series of [bars.in, bars.out, net]) series.applyOptions({ priceFormat });
      net.applyOptions({ color: next.accent });
      draw();
    },
    setFlows: (points) => {
      shown = points;
      draw();
      chart.timeScale().fitContent();
    },
    remove: () => chart.remove(),
  };
}
