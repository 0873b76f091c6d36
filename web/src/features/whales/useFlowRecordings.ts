import { useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import { graphql } from '../../generated/gql';

const RECORDINGS = graphql(`
  query FlowRecordings($symbol: ID!) {
    flowRecordings(symbol: $symbol) {
      source
      from
      to
    }
  }
`);

/** Flows of an asset that somebody else has recorded, in USD alone. */
export interface FlowRecording {
  source: string;
  /** Epoch ms. */
  from: number;
  to: number;
}

const NONE: readonly FlowRecording[] = [];

/** Whose records of an asset's flows were imported. */
export function useFlowRecordings(symbol: string): {
  recordings: readonly FlowRecording[];
  isLoading: boolean;
} {
  // Where these cannot be had there is still what was seen here.
  const { data, loading } = useQuery(RECORDINGS, {
    variables: { symbol },
    fetchPolicy: 'no-cache',
  });
  const recordings = useMemo(
    () =>
      data?.flowRecordings.map(({ source, from, to }) => ({
        ...{ source, from: Date.parse(from), to: Date.parse(to) },
      })) ?? NONE,
    [data],
  );
  return { recordings, isLoading: loading };
}
