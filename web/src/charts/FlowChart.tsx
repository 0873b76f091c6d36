import { useEffect, useRef } from 'react';
import type { ChartWriting } from './chart-options';
import type { ChartLook } from './chart-look';
import { createFlowChart, type FlowChartHandle } from './flow-chart-handle';
import type { FlowPoint } from './flow-point';

interface FlowChartProps extends Pick<ChartWriting, 'formats'> {
  /** Oldest first. */
  points: readonly FlowPoint[];
  look: ChartLook;
  /** What the chart shows, for people who cannot see it. */
  label: string;
  onHover: (time: number | null) => void;
}

/** What went in and out over time. */
export default function FlowChart({ points, look, formats, label, onHover }: FlowChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<FlowChartHandle>(null);
  const hovered = useRef(onHover);
  useEffect(() => {
    hovered.current = onHover;
  }, [onHover]);
  useEffect(() => {
    if (!element.current) return;
    const handle = createFlowChart(element.current, (time) => hovered.current(time));
    chart.current = handle;
    return () => {
      chart.current = null;
      handle.remove();
    };
  }, []);
  useEffect(() => {
    chart.current?.setLook(look, formats);
  }, [look, formats]);
  useEffect(() => {
    chart.current?.setFlows(points);
  }, [points]);
  return <div ref={element} role="figure" aria-label={label} style={{ height: '100%' }} />;
}
