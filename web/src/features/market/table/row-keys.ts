/** The row a key leads to from `current`; null when the key does not move. */
export function rowAfterKey(
  key: string,
  current: number,
  rows: number,
  pageRows: number,
): number | null {
  const within = (row: number) => Math.max(0, Math.min(rows - 1, row));
  switch (key) {
    case 'ArrowDown':
      return within(current + 1);
    case 'ArrowUp':
      return within(current - 1);
    case 'PageDown':
      return within(current + Math.max(1, pageRows));
    case 'PageUp':
      return within(current - Math.max(1, pageRows));
    case 'Home':
      return 0;
    case 'End':
      return within(rows - 1);
    default:
      return null;
  }
}
