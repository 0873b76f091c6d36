/**
 * Where a price stands between a low and a high, 0 to 1, for drawing; null where one is unknown or
 * the range has no width. All are decimal texts.
 */
export function placeInRange(
  price: string | null | undefined,
  low: string | null | undefined,
  high: string | null | undefined,
): number | null {
  if (price == null || low == null || high == null) return null;
  const width = Number(high) - Number(low);
  if (width <= 0) return null;
  return Math.min(1, Math.max(0, (Number(price) - Number(low)) / width));
}
