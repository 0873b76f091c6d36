import { useQuery } from '@apollo/client/react';
import { graphql } from '../../../generated/gql';
import { Worth } from '../../../ui/figures';
import { Figure, FigureList } from '../../../ui/FigureList';
import { UNKNOWN } from '../../../ui/format';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';

const ACTIVITY = graphql(`
  query WhaleActivity($symbol: ID!) {
    asset(symbol: $symbol) {
      symbol
      whaleActivity(window: H24) {
        transactions
        usd
        netToExchangesUsd
      }
    }
  }
`);

const REFRESH_EVERY_MS = 30_000;

/** What whales moved of an asset within 24 hours. */
export function WhaleActivity({ symbol }: { symbol: string }) {
  const { data, error } = useQuery(ACTIVITY, {
    variables: { symbol },
    pollInterval: REFRESH_EVERY_MS,
    fetchPolicy: 'no-cache',
  });
  const formats = useFormats();
  const { currency } = useMoney();
  const activity = data?.asset.whaleActivity;
  const worth = (text: string | undefined) => {
    if (text === undefined) return error ? UNKNOWN : undefined;
    return <Worth dollars={text} />;
  };
  const count = activity && formats.number(activity.transactions, 0);
  return (
    <FigureList>
      <Figure name="Whales 24h" explanation="Large transactions of the last 24 hours">
        {count ?? (error ? UNKNOWN : undefined)}
      </Figure>
      <Figure name="Moved" explanation={`What they moved in all, in ${currency}`}>
        {worth(activity?.usd)}
      </Figure>
      <Figure
        name="Net to exchanges"
        explanation={`Into exchanges less out of them, in ${currency}; negative where more left`}
      >
        {worth(activity?.netToExchangesUsd)}
      </Figure>
    </FigureList>
  );
}
