/**
 * Withdrawn by ISO 4217, but still among those that Intl knows: Cuba's convertible peso (2021), the kuna (2023), the
 * leone of 1964 and the Zimbabwean dollar (2024), the guilder of Curaçao (2025), the lev (2026).
 */
const WITHDRAWN: ReadonlySet<string> = new Set(['ANG', 'BGN', 'CUC', 'HRK', 'SLL', 'ZWL']);

/** Currencies that can be paid with today, by ISO 4217 code. */
export const CURRENCIES: ReadonlySet<string> = new Set(
  Intl.supportedValuesOf('currency').filter((code) => !WITHDRAWN.has(code)),
);
