import type { Formats } from '../../ui/format';
import type { Conversion } from '../../ui/useMoney';

/** At which rate amounts are shown, whose it is and of when; or why they are in dollars. */
export function rateWords({ chosen, rate, isLoading }: Conversion, formats: Formats): string {
  if (rate === null) {
    return isLoading
      ? `Amounts are in US dollars until the rate of ${chosen} is known.`
      : `No rate of ${chosen} is known: amounts are in US dollars.`;
  }
  const worth = `${formats.price(rate.perDollar)} ${chosen}`;
  return rate.source === 'LIVE'
    ? `1 USD is ${worth}, by CoinGecko at ${formats.dateTime(rate.at)}.`
    : `1 USD is about ${worth}: a simulated rate, fixed on ${formats.date(rate.at)}.`;
}
