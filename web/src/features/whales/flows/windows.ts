import type { FlowBucket, WhaleFlowWindow } from '../../../generated/graphql';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** More days at once the API does not give. */
const MOST_DAYS = 1_096;

/** How far back flows are shown. */
export interface FlowWindow {
  /** As in the address bar. */
  value: string;
  label: string;
  lengthMs: number;
  bucket: FlowBucket;
  /** Of who sent to whom. */
  matrix: WhaleFlowWindow;
}

/** All windows, shortest first. */
export const FLOW_WINDOWS: readonly [FlowWindow, ...FlowWindow[]] = [
  { value: '24h', label: '24h', lengthMs: DAY_MS, bucket: 'HOUR', matrix: 'H24' },
  { value: '7d', label: '7d', lengthMs: 7 * DAY_MS, bucket: 'HOUR', matrix: 'D7' },
  { value: '30d', label: '30d', lengthMs: 30 * DAY_MS, bucket: 'DAY', matrix: 'D30' },
  { value: '1y', label: '1y', lengthMs: 365 * DAY_MS, bucket: 'DAY', matrix: 'Y1' },
];

/** The window that an address names, or else the shortest. */
export const parseWindow = (text: string | null): FlowWindow =>
  FLOW_WINDOWS.find(({ value }) => value === text) ?? FLOW_WINDOWS[0];

/** The range of a window that ends with the bucket that `now`, epoch ms, is in. */
export function rangeOf({ lengthMs, bucket }: FlowWindow, now: number) {
  const step = bucket === 'HOUR' ? HOUR_MS : DAY_MS;
  const to = Math.floor(now / step) * step + step;
  return { from: new Date(to - lengthMs).toISOString(), to: new Date(to).toISOString() };
}

/** The days of a record, the newest of them where it is longer than the API gives at once. */
export function recordedRange({ from, to }: { from: number; to: number }) {
  const end = Math.ceil(to / DAY_MS) * DAY_MS;
  const begin = Math.max(from, end - MOST_DAYS * DAY_MS);
  return { from: new Date(begin).toISOString(), to: new Date(end).toISOString() };
}
