import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { chartLook } from '../../../charts/chart-look';
import type { FlowPoint } from '../../../charts/flow-point';
import type { FlowBucket } from '../../../generated/graphql';
import type { Formats } from '../../../ui/format';
import { PlotSkeleton } from '../../../ui/PlotSkeleton';
import { usePreferences } from '../../../ui/preferences';
import { useScheme } from '../../../ui/useScheme';
import { evened } from './points';

const FlowChart = lazy(() => import('../../../charts/FlowChart'));

export const CHART_HEIGHT = 300;
const BUCKET_MS = { HOUR: 3_600_000, DAY: 86_400_000 };

interface FlowPlotProps {
  symbol: string;
  bucket: FlowBucket;
  /** Oldest first. */
  points: readonly FlowPoint[];
  /** Writes times, and amounts as the points have them. */
  formats: Formats;
  /** What stands behind an amount, with its space. */
  unit: string;
}

/** What went into and out of exchanges over time, with the figures of the bucket that is pointed at. */
export function FlowPlot({ symbol, bucket, points, formats, unit }: FlowPlotProps) {
  const scheme = useScheme();
  const { swapColours } = usePreferences();
  const look = useMemo(() => chartLook(scheme, swapColours), [scheme, swapColours]);
  const shown = useMemo(() => evened(points, BUCKET_MS[bucket]), [points, bucket]);
  const [hovered, setHovered] = useState<number | null>(null);
  const onHover = useCallback((time: number | null) => setHovered(time), []);
  const told = shown.find(({ time }) => time === hovered) ?? shown.at(-1);
  return (
    <>
      <p className="told number">
        {told && (
          <>
            {formats.dateTime(told.time)} · in {formats.amount(told.in)} · out{' '}
            {formats.amount(told.out)} · net {formats.amount(told.net)}
            {unit}
          </>
        )}
      </p>
      <div className="plot">
        <Suspense fallback={<PlotSkeleton height={CHART_HEIGHT} />}>
          <FlowChart
            {...{ points: shown, look, formats, onHover }}
            label={`${symbol} into exchanges above the middle, out of them below it, and the net as a line, by ${bucket.toLowerCase()}`}
          />
        </Suspense>
      </div>
    </>
  );
}
