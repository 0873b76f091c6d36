import { openLocalStore, useLocalStore } from './local-store';

/** Height of table rows. */
export type Density = 'comfortable' | 'dense';

/** What a person chose about how things look; kept in this browser. */
export interface Preferences {
  density: Density;
  /** Red for rises, green for falls. */
  swapColours: boolean;
  /** BCP 47 tag, or null for the browser's own. */
  numberLocale: string | null;
  /** IANA name, or null for the browser's own. */
  timeZone: string | null;
}

const DEFAULTS: Preferences = {
  density: 'comfortable',
  swapColours: false,
  numberLocale: null,
  timeZone: null,
};

/** Row heights in pixels. */
export const ROW_HEIGHT: Readonly<Record<Density, number>> = { comfortable: 40, dense: 28 };

function usableLocale(found: unknown): string | null {
  if (typeof found !== 'string') return null;
  try {
    return Intl.NumberFormat.supportedLocalesOf(found)[0] ?? null;
  } catch {
    return null;
  }
}

function usableTimeZone(found: unknown): string | null {
  if (typeof found !== 'string') return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: found }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** Reads stored preferences, taking the default for everything that is missing or wrong. */
export function parsePreferences(found: unknown): Preferences {
  if (typeof found !== 'object' || found === null) return DEFAULTS;
  const stored = found as Partial<Record<keyof Preferences, unknown>>;
  return {
    density: stored.density === 'dense' ? 'dense' : DEFAULTS.density,
    swapColours: stored.swapColours === true,
    numberLocale: usableLocale(stored.numberLocale),
    timeZone: usableTimeZone(stored.timeZone),
  };
}

const store = openLocalStore('spyhop.preferences', parsePreferences);

/** The person's preferences; re-renders when one changes. */
export function usePreferences(): Preferences {
  return useLocalStore(store);
}

/** Changes some preferences and keeps them. */
export function changePreferences(change: Partial<Preferences>): void {
  store.set({ ...store.get(), ...change });
}
