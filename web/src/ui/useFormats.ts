import { createFormats, type Formats } from './format';
import { usePreferences } from './preferences';

const made = new Map<string, Formats>();

function formatsFor(locale: string | null, timeZone: string | null): Formats {
  const key = `${locale ?? ''}|${timeZone ?? ''}`;
  const known = made.get(key);
  if (known) return known;
  const formats = createFormats(locale ?? undefined, timeZone ?? undefined);
  made.set(key, formats);
  return formats;
}

/** Formats in the person's locale and time zone; the same object until a preference changes. */
export function useFormats(): Formats {
  const { numberLocale, timeZone } = usePreferences();
  return formatsFor(numberLocale, timeZone);
}
