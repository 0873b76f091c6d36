import { useApolloClient, useSubscription } from '@apollo/client/react';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import { memo, useCallback, useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { graphql } from '../../../generated/gql';
import type { ExchangePrintRowFragment as Print } from '../../../generated/graphql';
import { Choice } from '../../../ui/controls';
import { Amount, Worth } from '../../../ui/figures';
import { useReconnected } from '../../../ui/connection';
import { Pill } from '../../../ui/Pill';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { TEXT } from '../../../ui/theme';
import { shortMoment } from '../../../ui/format';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import { useHeld } from '../../../ui/useHeld';
import { useLiveFeed } from '../feed/useLiveFeed';
import { parseTicker } from '../feed/view';
import type { AssetPath } from '../feed/WhaleRow';
import { ANY_SIZE, SIZES } from '../sizes';
import { TableFrame } from '../TableFrame';
import { figure, TitledTable } from '../TitledTable';
import { TICKERS } from '../tickers';
import { ownerName } from '../owner-names';

graphql(`
  fragment ExchangePrintRow on ExchangePrint {
    id
    symbol
    exchange
    side
    price
    amount
    usd
    time
    trades
    isBlock
  }
`);

const PRINTS = graphql(`
  query ExchangePrints($filter: ExchangePrintFilter, $after: String) {
    exchangePrints(filter: $filter, first: 100, after: $after) {
      edges {
        node {
          ...ExchangePrintRow @unmask
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const PRINTED = graphql(`
  subscription ExchangePrinted($filter: ExchangePrintFilter) {
    exchangePrinted(filter: $filter) {
      ...ExchangePrintRow @unmask
    }
  }
`);

const SKELETON_ROWS = 12;
const ROW_HEIGHT = 40;

const printTitles = (currency: string) => [
  { title: 'Time' },
  { title: 'Side' },
  figure('Amount'),
  figure('Price, USD'),
  figure(currency),
  { title: 'Exchange' },
  figure('Trades', 'Executions at one moment, summed'),
];

const Frame = styled('div')(({ theme }) => ({
  position: 'relative',
  display: 'grid',
  gridTemplateRows: 'auto minmax(0, 1fr)',
  minHeight: 0,
  '& .bar': {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: 8,
    padding: '8px 16px',
    fontSize: TEXT.body,
  },
  '& .bar p': { margin: 0, color: theme.vars.palette.text.secondary },
  '& thead th': {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    background: theme.vars.palette.background.default,
  },
  '& thead th:first-of-type': { zIndex: 2 },
  '& :is(td, th):first-of-type': { paddingInlineStart: 16 },
  '& :is(td, th):last-of-type': { paddingInlineEnd: 16 },
  // Decimal points are in line.
  '& .fraction': { display: 'inline-block', minWidth: '5ch', textAlign: 'start' },
  '& .older': {
    margin: 16,
    padding: 0,
    font: 'inherit',
    color: theme.vars.palette.primary.main,
    background: 'none',
    border: 0,
    cursor: 'pointer',
  },
}));

interface Wanted {
  symbol: string | null;
  minUsd: string | null;
}

function usePrints({ symbol, minUsd }: Wanted, held: boolean) {
  const client = useApolloClient();
  const filter = useMemo(
    () => ({ symbols: symbol === null ? null : [symbol], minUsd }),
    [symbol, minUsd],
  );
  const load = useCallback(
    async (after: string | null) => {
      const { data, error } = await client.query({
        ...{ query: PRINTS, variables: { filter, after }, fetchPolicy: 'no-cache' },
      });
      if (!data) throw error;
      const { edges, pageInfo } = data.exchangePrints;
      return {
        items: edges.map(({ node }) => node),
        cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
      };
    },
    [client, filter],
  );
  const feed = useLiveFeed(load, held);
  useReconnected(feed.reload);
  useSubscription(PRINTED, {
    variables: { filter },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: { data } }) => {
      if (data) feed.take(data.exchangePrinted);
    },
  });
  return feed;
}

const PrintRow = memo(function PrintRow({ print, toAsset }: { print: Print; toAsset: AssetPath }) {
  const formats = useFormats();
  const time = Date.parse(print.time);
  const bought = print.side === 'BUY';
  const price = formats.splitPrice(print.price);
  return (
    <tr>
      <td className="number quiet" title={formats.dateTime(time)}>
        {shortMoment(formats, time, Date.now())}
      </td>
      <td className={bought ? 'up' : 'down'}>
        <span aria-hidden="true">{bought ? '↑ ' : '↓ '}</span>
        {bought ? 'Bought' : 'Sold'}
      </td>
      <td className="figure">
        <Amount text={print.amount} unit={print.symbol} />{' '}
        <Link to={toAsset(print.symbol)}>{print.symbol}</Link>
      </td>
      <td className="figure number">
        {price.whole}
        <span className="fraction">{price.fraction}</span>
      </td>
      <td className="figure">
        <Worth dollars={print.usd} />
      </td>
      <td>{ownerName(print.exchange)}</td>
      <td className="figure number">
        {print.isBlock ? (
          <span title="Agreed away from the book">block</span>
        ) : (
          formats.number(print.trades, 0)
        )}
      </td>
    </tr>
  );
});

function Prints({ toAsset, ...wanted }: Wanted & { toAsset: AssetPath }) {
  const { currency } = useMoney();
  const { held, rows, onScroll, frame, letGo } = useHeld<HTMLDivElement>(ROW_HEIGHT);
  const { shown, waiting, status, error, reload, loadOlder, cursor } = usePrints(wanted, held);
  return (
    <Box sx={{ display: 'contents' }} {...frame}>
      <TableFrame
        ref={rows}
        tabIndex={0}
        role="region"
        aria-label="Large trades on exchanges"
        aria-busy={status === 'loading'}
        onScroll={onScroll}
      >
        <TitledTable titles={printTitles(currency)}>
          {shown.map((print) => (
            <PrintRow key={print.id} print={print} toAsset={toAsset} />
          ))}
        </TitledTable>
        {status === 'loading' &&
          Array.from({ length: SKELETON_ROWS }, (_, row) => (
            <Skeleton key={row} height={36} sx={{ mx: 2 }} />
          ))}
        {status === 'failed' && shown.length === 0 && (
          <ErrorState
            title="The trades could not be loaded"
            error={error}
            stillWorks="The feed of whales goes on."
            onRetry={reload}
          />
        )}
        {status === 'ready' && shown.length === 0 && (
          <EmptyState title="No large trades yet">
            They come from exchanges that are followed live. The next one appears here by itself.
          </EmptyState>
        )}
        {cursor !== null && (
          <button type="button" className="older" onClick={loadOlder}>
            Older ones
          </button>
        )}
      </TableFrame>
      <Pill count={waiting.length} onShow={letGo} />
    </Box>
  );
}

const ANY = '';
const ASSETS = [
  { value: ANY, label: 'Any asset' },
  ...TICKERS.map((ticker) => ({ value: ticker, label: ticker })),
];

/** Large trades on exchanges, live: they change an owner there, and move nothing between wallets. */
export default function PrintsPage({ toAsset }: { toAsset: AssetPath }) {
  const [params, setParams] = useSearchParams();
  const symbol = parseTicker(params.get('asset') ?? '');
  const minUsd = SIZES.find(({ value }) => value === params.get('min'))?.value ?? null;
  const change = (next: Wanted) =>
    setParams(
      {
        ...(next.symbol !== null && { asset: next.symbol }),
        ...(next.minUsd !== null && { min: next.minUsd }),
      },
      { replace: true },
    );
  return (
    <Frame>
      <title>Trades · Whales · Spyhop</title>
      <div className="bar">
        <Choice
          label="Asset that was traded"
          value={symbol ?? ANY}
          choices={ASSETS}
          set={symbol !== null}
          onChange={(value) => change({ symbol: value || null, minUsd })}
        />
        <Choice
          label="Least worth in USD"
          value={minUsd ?? ANY}
          choices={[ANY_SIZE, ...SIZES]}
          set={minUsd !== null}
          onChange={(value) => change({ symbol, minUsd: value || null })}
        />
        <p>Trades on exchanges. Nothing moves between wallets.</p>
      </div>
      <Prints key={`${symbol} ${minUsd}`} {...{ symbol, minUsd, toAsset }} />
    </Frame>
  );
}
