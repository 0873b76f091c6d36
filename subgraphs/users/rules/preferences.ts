import { CURRENCIES } from '@spyhop/platform/currencies';
import { invalidInput } from '@spyhop/platform/errors';
import { CANDLE_INTERVALS, type CandleInterval } from '@spyhop/platform/topics';

export const THEMES = ['SYSTEM', 'LIGHT', 'DARK'] as const;
export type Theme = (typeof THEMES)[number];

/** How somebody wants things to be shown. */
export interface Preferences {
  /** ISO 4217. */
  currency: string;
  /** A name of the IANA database; null for that of the device. */
  timeZone: string | null;
  theme: Theme;
  /** A language tag (BCP 47) by whose habits numbers and dates are written; null for that of the device. */
  locale: string | null;
  /** Length of a chart's candles at first. */
  defaultInterval: CandleInterval;
}

export const DEFAULT_PREFERENCES: Preferences = {
  currency: 'USD',
  timeZone: null,
  theme: 'SYSTEM',
  locale: null,
  defaultInterval: '1h',
};

/** What somebody wants otherwise than before. */
export type PreferenceChanges = Partial<Preferences>;

const LONGEST_NAME = 64;

/** Throws INVALID_INPUT for what there is not. A currency that has gone since it was chosen stays until it is changed. */
export function changePreferences(known: Preferences, changes: PreferenceChanges): Preferences {
  const wanted = { ...known, ...changes };
  if (wanted.currency !== known.currency && !CURRENCIES.has(wanted.currency)) {
    throw refused('currency', 'the ISO 4217 code of a currency that there is, like USD');
  }
  return {
    ...wanted,
    timeZone: wanted.timeZone === null ? null : timeZoneOf(wanted.timeZone),
    locale: wanted.locale === null ? null : localeOf(wanted.locale),
  };
}

export const themeOf = (stored: string): Theme =>
  THEMES.find((theme) => theme === stored) ?? DEFAULT_PREFERENCES.theme;

export const intervalOf = (stored: string): CandleInterval =>
  CANDLE_INTERVALS.find((interval) => interval === stored) ?? DEFAULT_PREFERENCES.defaultInterval;

/** As the database spells it. Offsets like +01:00, which know no summer time, are none. */
function timeZoneOf(name: string): string {
  const what = 'a name of the IANA time zone database like Europe/Berlin';
  if (name.length > LONGEST_NAME || !/^[A-Za-z]/.test(name)) throw refused('timeZone', what);
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw refused('timeZone', what);
  }
}

function localeOf(tag: string): string {
  const what = 'a language tag (BCP 47) like de-CH';
  try {
    const [found] = tag.length > LONGEST_NAME ? [] : Intl.NumberFormat.supportedLocalesOf(tag);
    if (found !== undefined) return found;
  } catch {
    // Malformed.
  }
  throw refused('locale', what);
}

const refused = (argument: string, what: string) =>
  invalidInput(`\`${argument}\` must be ${what}.`, { argument });
