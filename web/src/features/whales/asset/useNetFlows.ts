import { skipToken, useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import type { ChartBar } from '../../../charts/overlay';
import { graphql } from '../../../generated/gql';
import type { FlowRecording } from '../useFlowRecordings';
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

const RECORDED_NET_FLOWS = graphql(`
  query RecordedNetFlows(
    $symbol: ID!
    $from: DateTime!
    $to: DateTime!
    $bucket: FlowBucket!
    $source: String!
  ) {
    exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: $bucket) {
      recorded(source: $source) {
        time
        netUsd
      }
    }
  }
`);

const REFRESH_EVERY_MS = 60_000;
const NOTHING: readonly ChartBar[] = [];

/**
 * Net flows into exchanges, in units of the asset, below candles of a length in ms that reach back to `from`, epoch ms
 * (null: not wanted, or not known yet).
 */
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
        ? flowBars(
            buckets.map(({ time, net }) => ({ time, value: net })),
            { lengthMs, from },
          )
        : NOTHING,
    [buckets, lengthMs, from],
  );
}

/** The same in USD, as somebody else has recorded them; none where no record was chosen. */
export function useRecordedNetFlows(
  symbol: string,
  lengthMs: number,
  from: number | null,
  recording: FlowRecording | null,
): readonly ChartBar[] {
  const range = useMemo(
    () =>
      recording === null || from === null || recording.to <= from
        ? null
        : flowRange(lengthMs, Math.max(from, recording.from), recording.to - 1),
    [lengthMs, from, recording],
  );
  const { data } = useQuery(
    RECORDED_NET_FLOWS,
    range && recording
      ? { variables: { symbol, source: recording.source, ...range }, fetchPolicy: 'no-cache' }
      : skipToken,
  );
  const buckets = data?.exchangeFlows.recorded;
  return useMemo(
    () =>
      buckets && from !== null && range !== null
        ? flowBars(
            buckets.map(({ time, netUsd }) => ({ time, value: netUsd })),
            { lengthMs, from },
          )
        : NOTHING,
    [buckets, lengthMs, from, range],
  );
}
