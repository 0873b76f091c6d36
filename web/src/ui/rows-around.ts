import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';

/** Rows around the visible ones, and always the one that holds the keyboard focus, if there is one. */
export function rangeWith(current: number | null) {
  return (range: Range): number[] => {
    const rows = defaultRangeExtractor(range);
    if (current === null || rows.includes(current) || current >= range.count) return rows;
    return [...rows, current].sort((a, b) => a - b);
  };
}
