import { useMemo, type ReactNode } from 'react';
import { useExchangeRates } from '../features/settings/exchange-rates';
import { inCurrency } from '../ui/money';
import { usePreferences } from '../ui/preferences';
import { ConversionContext, type Conversion } from '../ui/useMoney';

const DOLLAR = 'USD';

/** Has the pages show amounts of dollars in the currency that was chosen. For dollars nothing is asked or converted. */
export function ShownCurrency({ children }: { children: ReactNode }) {
  const { currency: chosen, numberLocale } = usePreferences();
  const isDollar = chosen === DOLLAR;
  const { isLoading, rateOf } = useExchangeRates({ skip: isDollar });
  const { perDollar, at, source } = rateOf(chosen) ?? {};
  const conversion = useMemo((): Conversion | null => {
    if (isDollar) return null;
    const locale = numberLocale ?? undefined;
    if (perDollar === undefined || at === undefined || source === undefined) {
      return { chosen, rate: null, isLoading, money: inCurrency(locale, DOLLAR, '1') };
    }
    const rate = { perDollar, at, source };
    return { chosen, rate, isLoading: false, money: inCurrency(locale, chosen, perDollar) };
  }, [isDollar, chosen, numberLocale, perDollar, at, source, isLoading]);
  return <ConversionContext value={conversion}>{children}</ConversionContext>;
}
