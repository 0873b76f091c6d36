import { useFragment, useQuery } from '@apollo/client/react';
import { graphql } from '../../generated/gql';
import { Figure, FigureList } from '../../ui/FigureList';
import { UNKNOWN } from '../../ui/format';
import { useFormats } from '../../ui/useFormats';
import { describeTrend } from './trend';

const RISK = graphql(`
  query Risk($symbol: ID!) {
    asset(symbol: $symbol) {
      symbol
      ...Risk_asset
      ...LongRisk_asset
    }
  }
`);

const LIVE_RISK = graphql(`
  fragment Risk_asset on Asset {
    symbol
    volatility
    trend
  }
`);

const LONG_RISK = graphql(`
  fragment LongRisk_asset on Asset {
    symbol
    volatility7d: volatility(window: D7)
    volatility30d: volatility(window: D30)
  }
`);

const REFRESH_EVERY_MS = 60_000;

const VOLATILITY = 'Realised volatility over the window, as if it went on for a year';

function Trend({ value }: { value: number | null }) {
  const formats = useFormats();
  const trend = describeTrend(value);
  if (!trend) return UNKNOWN;
  return (
    <span className={trend.direction}>
      {trend.words} <span className="quiet">{formats.number(value, 2)}</span>
    </span>
  );
}

/** How much and which way an asset has been moving. */
export function RiskStats({ symbol }: { symbol: string }) {
  const { error } = useQuery(RISK, {
    variables: { symbol },
    pollInterval: REFRESH_EVERY_MS,
    errorPolicy: 'all',
  });
  const from = { __typename: 'Asset' as const, symbol };
  const { data: live } = useFragment({ fragment: LIVE_RISK, from });
  const { data: long } = useFragment({ fragment: LONG_RISK, from });
  const formats = useFormats();
  const ratio = (value: number | null | undefined) => {
    if (value === undefined) return error ? UNKNOWN : undefined;
    return formats.share(value === null ? null : value * 100);
  };
  const trend = live.trend === undefined && error ? null : live.trend;
  return (
    <FigureList>
      <Figure name="Volatility 24h" explanation={VOLATILITY}>
        {ratio(live.volatility)}
      </Figure>
      <Figure name="Volatility 7d" explanation={VOLATILITY}>
        {ratio(long.volatility7d)}
      </Figure>
      <Figure name="Volatility 30d" explanation={VOLATILITY}>
        {ratio(long.volatility30d)}
      </Figure>
      <Figure
        name="Trend"
        explanation="Distance of a fast from a slow average of the price, from -1 to 1"
      >
        {trend === undefined ? undefined : <Trend value={trend} />}
      </Figure>
    </FigureList>
  );
}
