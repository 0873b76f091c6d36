import { useQuery } from '@apollo/client/react';
import { graphql } from '../../generated/gql';
import type { Rate } from '../../ui/useMoney';

const EXCHANGE_RATES = graphql(`
  query ExchangeRates {
    exchangeRates {
      at
      source
      rates {
        currency
        perDollar
      }
    }
  }
`);

const EVERY_MS = 10 * 60_000;

/** What a dollar is worth, by ISO 4217 code; kept fresh while it is shown. Nothing is asked while `skip`. */
export function useExchangeRates({ skip = false }: { skip?: boolean } = {}) {
  const { data, loading } = useQuery(EXCHANGE_RATES, {
    skip,
    pollInterval: EVERY_MS,
    fetchPolicy: 'cache-and-network',
  });
  const known = data?.exchangeRates;
  return {
    isLoading: loading,
    currencies: known?.rates.map(({ currency }) => currency) ?? [],
    rateOf: (wanted: string): Rate | null => {
      const perDollar = known?.rates.find(({ currency }) => currency === wanted)?.perDollar;
      return known && perDollar !== undefined
        ? { perDollar, at: Date.parse(known.at), source: known.source }
        : null;
    },
  };
}
