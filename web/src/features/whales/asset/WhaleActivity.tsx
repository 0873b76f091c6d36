import { useQuery } from '@apollo/client/react';
import { graphql } from '../../../generated/gql';
import { Amount } from '../../../ui/figures';
import { Figure, FigureList } from '../../../ui/FigureList';
import { UNKNOWN } from '../../../ui/format';
import { useFormats } from '../../../ui/useFormats';

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
  const activity = data?.asset.whaleActivity;
  const usd = (text: string | undefined) => {
    if (text === undefined) return error ? UNKNOWN : undefined;
    return <Amount text={text} unit="USD" />;
  };
  const count = activity && formats.number(activity.transactions, 0);
  return (
    <FigureList>
      <Figure name="Whales 24h" explanation="Large transactions of the last 24 hours">
        {count ?? (error ? UNKNOWN : undefined)}
      </Figure>
      <Figure name="Moved" explanation="What they moved in all, in USD">
        {usd(activity?.usd)}
      </Figure>
      <Figure
        name="Net to exchanges"
        explanation="Into exchanges less out of them, in USD; negative where more left"
      >
        {usd(activity?.netToExchangesUsd)}
      </Figure>
    </FigureList>
  );
}
