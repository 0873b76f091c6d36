import type { ThemeChoice } from '../../ui/preferences';

/** Something that can be chosen, and how it is called. */
export interface Named<T extends string = string> {
  value: T;
  label: string;
}

/** Stands for the browser's own choice in a list. */
export const OWN = '';

export const THEMES: readonly Named<ThemeChoice>[] = [
  { value: 'system', label: 'System' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];

const LOCALES: readonly Named[] = [
  { value: OWN, label: 'As the browser' },
  { value: 'en-US', label: '1,234.56 (English, US)' },
  { value: 'en-GB', label: '1,234.56 (English, UK)' },
  { value: 'de-DE', label: '1.234,56 (German)' },
  { value: 'de-CH', label: '1’234.56 (German, Switzerland)' },
  { value: 'fr-FR', label: '1 234,56 (French)' },
  { value: 'es-ES', label: '1234,56 (Spanish)' },
  { value: 'en-IN', label: '12,34,567.89 (English, India)' },
  { value: 'ja-JP', label: '1,234.56 (Japanese)' },
];

/** How numbers and dates can be written; what was chosen elsewhere is among them. */
export function locales(chosen: string | null): readonly Named[] {
  if (chosen === null || LOCALES.some(({ value }) => value === chosen)) return LOCALES;
  return [...LOCALES, { value: chosen, label: chosen }];
}

export function timeZones(chosen: string | null): readonly Named[] {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const all = chosen === null || known.includes(chosen) ? known : [chosen, ...known];
  return [
    { value: OWN, label: `As the browser (${own})` },
    ...[...new Set(all)].map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
  ];
}

/** Those of which there is a rate, by ISO 4217 code, and what was chosen, though it may have none or be no more. */
export function currencies(rated: readonly string[], chosen: string): readonly Named[] {
  const names = new Intl.DisplayNames('en', { type: 'currency' });
  const label = (code: string) => `${code} · ${names.of(code) ?? code}`;
  const choices = rated.map((code) => ({ value: code, label: label(code) }));
  if (rated.includes(chosen)) return choices;
  const without = rated.length > 0 ? ' (no rate)' : '';
  return [{ value: chosen, label: `${label(chosen)}${without}` }, ...choices];
}
