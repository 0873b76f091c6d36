import Skeleton from '@mui/material/Skeleton';

interface PlotSkeletonProps {
  /** In pixels, or as CSS says it. */
  height: number | string;
}

/** What stands in place of a chart while it loads. */
export function PlotSkeleton({ height }: PlotSkeletonProps) {
  return <Skeleton variant="rectangular" height={height} role="status" aria-label="Loading" />;
}
