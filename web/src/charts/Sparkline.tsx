import { memo } from 'react';
import { sparklinePath } from './sparkline-path';
import { directionBetween } from '../ui/direction';

interface SparklineProps {
  /** Prices as decimal texts, oldest first; undefined while loading. */
  values: readonly string[] | undefined;
  width: number;
  height: number;
}

/** A small line without axes, coloured by where it ends against where it began. */
export const Sparkline = memo(function Sparkline({ values = [], width, height }: SparklineProps) {
  const direction = directionBetween(values[0] ?? '0', values.at(-1) ?? '0');
  return (
    <svg
      className={direction}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      <path
        d={sparklinePath(values, width, height)}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
      />
    </svg>
  );
});
