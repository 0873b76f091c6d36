import type { FlowPoint } from '../../../charts/flow-point';

/** Fills what has no bucket with nothing, so that the axis of time is even. */
export function evened(points: readonly FlowPoint[], stepMs: number): readonly FlowPoint[] {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return points;
  const known = new Map(points.map((point) => [point.time, point]));
  const length = Math.round((last.time - first.time) / stepMs) + 1;
  return Array.from({ length }, (_, index) => {
    const time = first.time + index * stepMs;
    return known.get(time) ?? { time, in: '0', out: '0', net: '0' };
  });
}
