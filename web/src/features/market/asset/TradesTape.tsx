import { useFragment } from '@apollo/client/react';
import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import { memo } from 'react';
import { graphql } from '../../../generated/gql';
import { Pill } from '../../../ui/Pill';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { useHeld } from '../../../ui/useHeld';
import { assetRef } from '../asset-ref';
import { quoteOf } from './quote';
import type { TapeTrade } from './tape';
import { quantityDecimals, TAPE_LENGTH } from './tape';
import { useTrades } from './useTrades';

const QUOTE = graphql(`
  fragment TradesTape_asset on Asset {
    symbol
    pair
    priceDecimals
  }
`);

const ROW_HEIGHT = 24;
const SKELETON_ROWS = 12;

const Frame = styled('section')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    position: 'relative',
    display: 'grid',
    minHeight: 0,
    fontSize: TEXT.small,
    '& .line': {
      display: 'grid',
      gridTemplateColumns: '1fr 1.1fr 1fr',
      alignItems: 'center',
      height: ROW_HEIGHT,
      padding: '0 16px',
    },
    '& .line > :not(:first-of-type)': { textAlign: 'end' },
    '& .titles': {
      position: 'sticky',
      top: 0,
      color: palette.text.secondary,
      background: palette.background.default,
    },
    '& .rows': { position: 'relative', overflow: 'auto', minHeight: 0, overflowAnchor: 'none' },
  };
});

interface TradeLineProps {
  trade: TapeTrade;
  priceDecimals?: number;
  /** Digits behind the point of a quantity. */
  decimals: number;
}

const TradeLine = memo(function TradeLine({ trade, priceDecimals, decimals }: TradeLineProps) {
  const formats = useFormats();
  const bought = trade.aggressor === 'BUY';
  return (
    <div role="row" className="line number">
      <span role="cell" className={bought ? 'up' : 'down'}>
        <span aria-hidden="true">{bought ? '↑ ' : '↓ '}</span>
        <span className="visually-hidden">{bought ? 'Bought at' : 'Sold at'}</span>
        {formats.price(trade.price, priceDecimals)}
      </span>
      <span role="cell">{formats.exact(trade.quantity, decimals)}</span>
      <span role="cell" className="quiet">
        {formats.time(trade.time)}
      </span>
    </div>
  );
});

function Blank() {
  return Array.from({ length: SKELETON_ROWS }, (_, row) => (
    <div key={row} className="line">
      <Skeleton width="70%" />
      <Skeleton width="70%" sx={{ justifySelf: 'end' }} />
      <Skeleton width="60%" sx={{ justifySelf: 'end' }} />
    </div>
  ));
}

/** Trades as they print. New ones wait behind a pill while somebody reads. */
export function TradesTape({ symbol }: { symbol: string }) {
  const { held, rows, onScroll, frame, letGo } = useHeld<HTMLDivElement>(ROW_HEIGHT);
  const trades = useTrades(symbol, held);
  const { data } = useFragment({ fragment: QUOTE, from: assetRef(symbol) });
  const hasTrades = trades.shown.length > 0;
  const decimals = quantityDecimals(trades.shown);
  return (
    <Frame aria-label="Trades" {...frame}>
      <h2 className="visually-hidden">Trades</h2>
      <div
        ref={rows}
        className="rows"
        tabIndex={0}
        aria-busy={trades.status === 'loading'}
        onScroll={onScroll}
      >
        <div {...(hasTrades && { role: 'table', 'aria-label': 'Newest trades' })}>
          <div role="row" aria-hidden={!hasTrades} className="line titles">
            <span role="columnheader">Price, {quoteOf(symbol, data.pair)}</span>
            <span role="columnheader">{symbol}</span>
            <span role="columnheader">Time</span>
          </div>
          <div role={hasTrades ? 'rowgroup' : undefined}>
            {trades.shown.map((trade) => (
              <TradeLine
                key={trade.id}
                {...{ trade, decimals }}
                priceDecimals={data.priceDecimals}
              />
            ))}
          </div>
        </div>
        {trades.status === 'loading' && <Blank />}
        {trades.status === 'failed' && (
          <ErrorState
            title="The trades could not be loaded"
            error={trades.error}
            stillWorks="New trades appear as they happen."
            onRetry={trades.reload}
          />
        )}
        {trades.status === 'ready' && !hasTrades && (
          <EmptyState title="No trades yet">The next one appears here.</EmptyState>
        )}
      </div>
      <Pill count={trades.waiting.length} most={TAPE_LENGTH} top={ROW_HEIGHT + 8} onShow={letGo} />
    </Frame>
  );
}
