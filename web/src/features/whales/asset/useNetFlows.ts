import { skipToken, useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import type { ChartBar } from '../../../charts/overlay';
import { graphql } from '../../../generated/gql';
import { flowBars, flowRange } from './flow-bars';

const NET_FLOWS = graphql(`
  query NetFlows($symbol: ID!, $from: DateTime!, $to: DateTime!, $bucket: FlowBucket!) {
    exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: $bucket) {
      buckets {
        time
        net
      }
    }
  }
`);

const REFRESH_EVERY_MS = 60_000;
const NOTHING: readonly ChartBar[] = [];

/** Net flows into exchanges below candles of a length in ms that reach back to `from`, epoch ms (null: not known yet). */
export function useNetFlows(
  symbol: string,
  lengthMs: number,
  from: number | null,
): readonly ChartBar[] {
  const range = useMemo(
    () => (from === null ? null : flowRange(lengthMs, from, Date.now())),
    [lengthMs, from],
  );
  // A chart without this pane is still a chart; the page of flows says what is wrong.
  const { data } = useQuery(
    NET_FLOWS,
    range
      ? {
          ...{ variables: { symbol, ...range }, fetchPolicy: 'no-cache' },
          pollInterval: REFRESH_EVERY_MS,
        }
      : skipToken,
  );
  const buckets = data?.exchangeFlows.buckets;
  return useMemo(
    () =>
      buckets && from !== null
        ? flowBars(buckets, lengthMs).filter(({ time }) => time >= from)
        : NOTHING,
    [buckets, lengthMs, from],
  );
}
