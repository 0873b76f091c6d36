/** `yyyy-mm-ddThh:mm`, as a field for date and time writes it. */
const FIELD_LENGTH = 16;

/** The clock of a zone of the IANA database at an instant, as ISO 8601 writes it; of this device's for null. */
const clockAt = (ms: number, timeZone: string | null): string =>
  // Swedish is written so.
  new Date(ms)
    .toLocaleString('sv-SE', { timeZone: timeZone ?? undefined, hourCycle: 'h23' })
    .replace(' ', 'T');

/** How far a zone is ahead of UTC at an instant, milliseconds. */
function aheadMs(ms: number, timeZone: string | null): number {
  const whole = Math.floor(ms / 1_000) * 1_000;
  return Date.parse(`${clockAt(whole, timeZone)}Z`) - whole;
}

/** An instant (ISO 8601) as a field for date and time writes it, in a zone; empty for null. */
export const toLocalField = (iso: string | null, timeZone: string | null): string =>
  iso === null ? '' : clockAt(Date.parse(iso), timeZone).slice(0, FIELD_LENGTH);

/**
 * The instant (ISO 8601, UTC) that such a field names in a zone; null where it is empty. What a clock that is put back
 * shows twice is the first or the second time, what it leaves out is an hour off.
 */
export function fromLocalField(text: string, timeZone: string | null): string | null {
  const shown = Date.parse(`${text}Z`);
  if (Number.isNaN(shown)) return null;
  const near = shown - aheadMs(shown, timeZone);
  return new Date(shown - aheadMs(near, timeZone)).toISOString();
}

/** How a zone is called: this device's for null. */
export const nameOfZone = (timeZone: string | null): string =>
  (timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone).replaceAll('_', ' ');
