import { useQuery } from '@apollo/client/react';
import { styled } from '@mui/material/styles';
import { useSearchParams } from 'react-router';
import { graphql } from '../../../generated/gql';
import type { WhalePatternRule } from '../../../generated/graphql';
import { Choice } from '../../../ui/controls';
import { Pager, RowsSkeleton, usePages } from '../../../ui/pages';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { parseTicker } from '../feed/view';
import type { AssetPath } from '../feed/WhaleRow';
import { TICKERS } from '../tickers';
import { PatternCard } from './PatternCard';
import { PATTERN_RULES } from './rules';

const PATTERNS = graphql(`
  query WhalePatterns($filter: WhalePatternFilter, $after: String) {
    whalePatterns(filter: $filter, first: 30, after: $after) {
      edges {
        node {
          id
          ...PatternCard_whalePattern @unmask
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const REFRESH_EVERY_MS = 30_000;

const Frame = styled('div')(() => ({
  display: 'grid',
  gridTemplateColumns: 'minmax(0, 1fr)',
  alignContent: 'start',
  gap: 12,
  minHeight: 0,
  overflow: 'auto',
  padding: '8px 16px 32px',
  '& .bar': { display: 'flex', flexWrap: 'wrap', gap: 8 },
  '& > ul': { display: 'grid', gap: 12, margin: 0, padding: 0, listStyle: 'none' },
}));

const ANY = '';
const RULES = Object.keys(PATTERN_RULES) as WhalePatternRule[];
const RULE_CHOICES = [
  { value: ANY, label: 'Any pattern' },
  ...RULES.map((rule) => ({ value: rule as string, label: PATTERN_RULES[rule] })),
];
const ASSET_CHOICES = [
  { value: ANY, label: 'Any asset' },
  ...TICKERS.map((ticker) => ({ value: ticker, label: ticker })),
];

interface Wanted {
  symbol: string | null;
  rule: WhalePatternRule | null;
}

function Patterns({ symbol, rule, toAsset }: Wanted & { toAsset: AssetPath }) {
  const pages = usePages();
  const filter = {
    symbols: symbol === null ? null : [symbol],
    rules: rule === null ? null : [rule],
  };
  const { data, error, refetch } = useQuery(PATTERNS, {
    variables: { filter, after: pages.after },
    fetchPolicy: 'no-cache',
    // Older pages stay as they are read.
    pollInterval: pages.after === null ? REFRESH_EVERY_MS : 0,
  });
  if (!data && error) {
    return (
      <ErrorState
        title="The patterns could not be loaded"
        error={error}
        stillWorks="The feed of whales goes on."
        onRetry={() => void refetch().catch(() => undefined)}
      />
    );
  }
  if (!data) return <RowsSkeleton count={6} />;
  const { edges, pageInfo } = data.whalePatterns;
  if (edges.length === 0) {
    return (
      <EmptyState title="No patterns here">
        A pattern shows when something differs enough from an asset’s own history. It needs some of
        that first.
      </EmptyState>
    );
  }
  return (
    <>
      <ul aria-label="Patterns, newest first">
        {edges.map(({ node }) => (
          <PatternCard key={node.id} pattern={node} toAsset={toAsset} />
        ))}
      </ul>
      <Pager pages={pages} pageInfo={pageInfo} />
    </>
  );
}

/** What in the moves of large holders is out of the ordinary, and by which rule; the address bar holds which. */
export default function PatternsPage({ toAsset }: { toAsset: AssetPath }) {
  const [params, setParams] = useSearchParams();
  const symbol = parseTicker(params.get('asset') ?? '');
  const rule = RULES.find((known) => known === params.get('rule')?.toUpperCase()) ?? null;
  const change = (next: Wanted) =>
    setParams(
      {
        ...(next.symbol !== null && { asset: next.symbol }),
        ...(next.rule !== null && { rule: next.rule.toLowerCase() }),
      },
      { replace: true },
    );
  return (
    <Frame>
      <title>Patterns · Whales · Spyhop</title>
      <div className="bar">
        <Choice
          label="Asset"
          value={symbol ?? ANY}
          choices={ASSET_CHOICES}
          set={symbol !== null}
          onChange={(value) => change({ symbol: value || null, rule })}
        />
        <Choice
          label="Rule that fired"
          value={rule ?? ANY}
          choices={RULE_CHOICES}
          set={rule !== null}
          onChange={(value) =>
            change({ symbol, rule: RULES.find((known) => known === value) ?? null })
          }
        />
      </div>
      <Patterns key={`${symbol} ${rule}`} {...{ symbol, rule, toAsset }} />
    </Frame>
  );
}
