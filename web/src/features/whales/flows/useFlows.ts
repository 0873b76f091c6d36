import { useQuery } from '@apollo/client/react';
import { useEffect, useMemo, useState } from 'react';
import { graphql } from '../../../generated/gql';
import { useReconnected } from '../../../ui/connection';
import { type FlowWindow, rangeOf } from './windows';

const FLOWS = graphql(`
  query WhaleFlows(
    $symbol: ID!
    $from: DateTime!
    $to: DateTime!
    $bucket: FlowBucket!
    $window: WhaleFlowWindow!
  ) {
    exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: $bucket) {
      buckets {
        time
        in
        out
        net
      }
      exchanges {
        exchange
        in
        out
        net
        netUsd
      }
      counterparties {
        owner
        usd
        transactions
      }
    }
    whaleFlowMatrix(symbol: $symbol, window: $window) {
      from
      to
      usd
      transactions
    }
  }
`);

const REFRESH_EVERY_MS = 30_000;

/** The time in epoch ms, anew every half a minute. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), REFRESH_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** What flowed of an asset within a window that moves on with time; what was known stays until there is more. */
export function useFlows(symbol: string, window: FlowWindow) {
  const now = useNow();
  const { from, to } = rangeOf(window, now);
  const variables = useMemo(
    () => ({ symbol, from, to, bucket: window.bucket, window: window.matrix }),
    [symbol, from, to, window],
  );
  const { data, previousData, error, refetch } = useQuery(FLOWS, {
    ...{ variables, fetchPolicy: 'no-cache', pollInterval: REFRESH_EVERY_MS },
  });
  const reload = () => void refetch().catch(() => undefined);
  useReconnected(reload);
  return { data: data ?? previousData, isOld: !data, error, reload };
}
