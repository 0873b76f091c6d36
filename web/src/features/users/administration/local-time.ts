const MINUTE_MS = 60_000;

/** An instant (ISO 8601) as a field for date and time writes it, in the time of this device; empty for null. */
export function toLocalField(iso: string | null): string {
  if (iso === null) return '';
  const date = new Date(iso);
  const shifted = date.getTime() - date.getTimezoneOffset() * MINUTE_MS;
  return new Date(shifted).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
}

/** The instant (ISO 8601, UTC) that such a field names; null where it is empty. */
export function fromLocalField(text: string): string | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
