import { Choice } from '../../ui/controls';
import { usePreferences } from '../../ui/preferences';
import { useConversion } from '../../ui/useMoney';
import { useFormats } from '../../ui/useFormats';
import { currencies } from './choices';
import { useExchangeRates } from './exchange-rates';
import { rateWords } from './rate-words';
import { Setting } from './Setting';
import type { useKeeping } from './useKeeping';

const STAYING = 'Charts and trades stay in what the exchange quotes, filters in US dollars.';

/** In what currency amounts are shown, and at which rate. */
export function CurrencySetting({ kept, change }: ReturnType<typeof useKeeping>) {
  const { currency } = usePreferences();
  const formats = useFormats();
  const conversion = useConversion();
  const rates = useExchangeRates();
  return (
    <Setting
      label="Currency"
      hint={conversion === null ? STAYING : `${rateWords(conversion, formats)} ${STAYING}`}
      kept={kept?.of === 'currency' ? kept : null}
    >
      <Choice
        label="Currency"
        value={currency}
        choices={currencies(rates.currencies, currency)}
        onChange={(value) => change('currency', value)}
      />
    </Setting>
  );
}
