import type { CandleInterval } from '../generated/graphql';
import { CANDLE_INTERVALS } from './candle-intervals';
import { openLocalStore, useLocalStore } from './local-store';

/** Height of table rows. */
export type Density = 'comfortable' | 'dense';

/** Light or dark; `system` is what the device says. */
export type ThemeChoice = 'system' | 'dark' | 'light';

/** What suits a screen and its reader, and stays with this browser. */
export interface DevicePreferences {
  density: Density;
  /** Red for rises, green for falls. */
  swapColours: boolean;
}

/** What follows somebody to all their devices once they have signed in. */
export interface PersonalPreferences {
  theme: ThemeChoice;
  /** BCP 47 tag, or null for the browser's own. */
  numberLocale: string | null;
  /** IANA name, or null for the browser's own. */
  timeZone: string | null;
  /** ISO 4217. */
  currency: string;
  /** Length of a chart's candles at first. */
  defaultInterval: CandleInterval;
}

/** What a person chose about how things look. */
export type Preferences = DevicePreferences & PersonalPreferences;

const DEVICE_DEFAULTS: DevicePreferences = { density: 'comfortable', swapColours: false };
const PERSONAL_DEFAULTS: PersonalPreferences = {
  theme: 'system',
  numberLocale: null,
  timeZone: null,
  currency: 'USD',
  defaultInterval: 'H1',
};

const THEMES: readonly ThemeChoice[] = ['system', 'dark', 'light'];

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

const isCurrency = (found: unknown): found is string =>
  typeof found === 'string' && /^[A-Z]{3}$/.test(found);

type Stored = Partial<Record<keyof Preferences, unknown>>;
const fieldsOf = (found: unknown): Stored =>
  typeof found === 'object' && found !== null ? found : {};

/** Reads what follows a person, taking the default for everything that is missing or wrong. */
export function parsePersonal(found: unknown): PersonalPreferences {
  const { theme, numberLocale, timeZone, currency, defaultInterval } = fieldsOf(found);
  return {
    theme: THEMES.find((known) => known === theme) ?? PERSONAL_DEFAULTS.theme,
    numberLocale: usableLocale(numberLocale),
    timeZone: usableTimeZone(timeZone),
    currency: isCurrency(currency) ? currency : PERSONAL_DEFAULTS.currency,
    defaultInterval:
      CANDLE_INTERVALS.find(({ value }) => value === defaultInterval)?.value ??
      PERSONAL_DEFAULTS.defaultInterval,
  };
}

/** Reads stored preferences, taking the default for everything that is missing or wrong. */
export function parsePreferences(found: unknown): Preferences {
  const { density, swapColours } = fieldsOf(found);
  return {
    density: density === 'dense' ? 'dense' : DEVICE_DEFAULTS.density,
    swapColours: swapColours === true,
    ...parsePersonal(found),
  };
}

/** Those of this browser. */
const local = openLocalStore('spyhop.preferences', parsePreferences);
/** Those of the account that is signed in, kept so that the next visit looks like this one from the start. */
const account = openLocalStore('spyhop.account-preferences', (found) =>
  typeof found === 'object' && found !== null ? parsePersonal(found) : null,
);
/** Keeps changes in the account. Rejects when they could not be kept. */
type Keep = (change: Partial<PersonalPreferences>) => Promise<void>;
let keepInAccount: Keep | null = null;

/** The preferences that hold here: an account's own stand before those of the browser. */
export function usePreferences(): Preferences {
  const ofBrowser = useLocalStore(local);
  const ofAccount = useLocalStore(account);
  return ofAccount ? { ...ofBrowser, ...ofAccount } : ofBrowser;
}

/** Whether what follows a person is that of their account; re-renders when that changes. */
export function usePreferencesOfAccount(): boolean {
  return useLocalStore(account) !== null;
}

/** Shows an account's preferences in the place of the browser's; null goes back to those. */
export function showAccountPreferences(found: PersonalPreferences | null): void {
  if (found !== account.get()) account.set(found && parsePersonal(found));
}

/** Has changes kept by `keep` in the account of who is signed in; returns how to stop that. */
export function keepPreferencesBy(keep: Keep): () => void {
  keepInAccount = keep;
  return () => {
    if (keepInAccount === keep) keepInAccount = null;
  };
}

/** Changes what stays with this browser. */
export function changeDevicePreferences(change: Partial<DevicePreferences>): void {
  local.set({ ...local.get(), ...change });
}

/** Changes what follows a person, where it is kept: in their account or in this browser. Rejects when it was not kept. */
export async function changePreferences(change: Partial<PersonalPreferences>): Promise<void> {
  if (keepInAccount) return keepInAccount(change);
  if (account.get() !== null) throw new Error('The account cannot be reached yet.');
  local.set({ ...local.get(), ...change });
}
