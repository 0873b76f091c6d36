import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { graphql } from '../../../generated/gql';
import type {
  MarkedWhaleFragment,
  MarkedWhalesQueryVariables,
  StandsForFragment,
} from '../../../generated/graphql';
import { standsFor } from '../folds';
import { leastMarkedUsd } from './markers';

graphql(`
  fragment MarkedWhale on WhaleTransaction {
    id
    time
    usd
    direction
    status
    fold {
      ...MovedFold @unmask
    }
    legs {
      ...MovedLeg @unmask
    }
  }
`);

const MARKED = graphql(`
  query MarkedWhales($filter: WhaleTransactionFilter, $after: String) {
    whaleTransactions(filter: $filter, first: 200, after: $after) {
      edges {
        node {
          ...MarkedWhale @unmask
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const MARKED_MOVED = graphql(`
  subscription MarkedWhaleMoved($filter: WhaleTransactionFilter) {
    whaleMoved(filter: $filter) {
      ...MarkedWhale @unmask
      ...StandsFor @unmask
    }
  }
`);

/** More pages of 200 are not loaded for a chart. */
const MOST_PAGES = 5;
/** More are not kept while a chart stays open. */
const MOST_MARKED = 2_000;

/** Loads what moved since `from`, epoch ms, newest first. */
async function loadMarked(
  client: ReturnType<typeof useApolloClient>,
  filter: { assets: string[]; minUsd: string },
  from: number,
  signal: AbortSignal,
): Promise<MarkedWhaleFragment[]> {
  const whales: MarkedWhaleFragment[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < MOST_PAGES && !signal.aborted; pages += 1) {
    const variables: MarkedWhalesQueryVariables = { filter, after };
    const { data } = await client.query({ query: MARKED, variables, fetchPolicy: 'no-cache' });
    if (!data) break;
    const { edges, pageInfo } = data.whaleTransactions;
    whales.push(...edges.map(({ node }) => node));
    const oldest = whales.at(-1);
    if (!pageInfo.hasNextPage || !oldest || Date.parse(oldest.time) < from) break;
    after = pageInfo.endCursor;
  }
  return whales;
}

type Marked = ReadonlyMap<string, MarkedWhaleFragment>;

type Told = MarkedWhaleFragment & StandsForFragment;

/** With one that is told of now, and without those that it stands for from now on; the oldest make room. */
function withMarked(known: Marked, whale: Told): Marked {
  const folded = new Set(standsFor(whale));
  const marked = new Map([...known].filter(([id]) => !folded.has(id))).set(whale.id, whale);
  if (marked.size <= MOST_MARKED) return marked;
  const newest = [...marked.values()].sort((a, b) => (a.time < b.time ? 1 : -1));
  return new Map(newest.slice(0, MOST_MARKED).map((each) => [each.id, each]));
}

/** The large moves of an asset since `from`, epoch ms (null: not known yet), and each new one, in no order. */
export function useMarkedWhales(
  symbol: string,
  lengthMs: number,
  from: number | null,
): readonly MarkedWhaleFragment[] {
  const client = useApolloClient();
  const minUsd = leastMarkedUsd(lengthMs);
  const filter = useMemo(() => ({ assets: [symbol], minUsd }), [symbol, minUsd]);
  const [whales, setWhales] = useState<Marked>(new Map());
  const told = useRef<Told[]>([]);
  useEffect(() => {
    if (from === null) return;
    const controller = new AbortController();
    told.current = [];
    loadMarked(client, filter, from, controller.signal)
      .then((loaded) => {
        if (controller.signal.aborted) return;
        const listed = new Map(loaded.map((whale) => [whale.id, whale]));
        // What moved meanwhile may have come too late for the list.
        setWhales(told.current.reduce<Marked>(withMarked, listed));
      })
      // A chart without its dots is still a chart; the list of whales says what is wrong.
      .catch(() => undefined);
    return () => controller.abort();
  }, [client, filter, from]);
  useSubscription(MARKED_MOVED, {
    variables: { filter },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: { data } }) => {
      if (!data) return;
      const { whaleMoved } = data;
      told.current = [...told.current, whaleMoved].slice(-MOST_MARKED);
      setWhales((known) => withMarked(known, whaleMoved));
    },
  });
  return useMemo(() => [...whales.values()], [whales]);
}
