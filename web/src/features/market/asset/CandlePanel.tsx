import { useFragment } from '@apollo/client/react';
import { styled } from '@mui/material/styles';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { chartLook } from '../../../charts/chart-look';
import type { ChartOverlay, MarkerEvents, PointedMarker } from '../../../charts/overlay';
import { graphql } from '../../../generated/gql';
import { Segmented } from '../../../ui/controls';
import { usePreferences } from '../../../ui/preferences';
import { PlotSkeleton } from '../../../ui/PlotSkeleton';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { useScheme } from '../../../ui/useScheme';
import { assetRef } from '../asset-ref';
import { quoteOf } from './quote';
import { CandleLegend } from './CandleLegend';
import { INTERVALS, type Interval } from './intervals';
import { useCandles, type Candles } from './useCandles';

const CandleChart = lazy(() => import('../../../charts/CandleChart'));

const QUOTE = graphql(`
  fragment CandlePanel_asset on Asset {
    symbol
    pair
    priceDecimals
  }
`);

const Panel = styled('section')(({ theme }) => ({
  display: 'grid',
  gridTemplateRows: 'auto minmax(0, 1fr)',
  minHeight: 0,
  minWidth: 0,
  '& .bar': {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: 8,
    padding: '8px 16px',
  },
  '& .bar > select': { minWidth: 0, maxWidth: 280 },
  '& .quote': { marginInlineStart: 'auto', fontSize: TEXT.small },
  '& .plot': { position: 'relative', minHeight: 0, overflow: 'hidden' },
  '& .plot[data-pointed="true"]': { cursor: 'pointer' },
  '& .cover': {
    position: 'absolute',
    inset: 0,
    zIndex: 4,
    background: theme.vars.palette.background.default,
  },
  [theme.breakpoints.down('sm')]: {
    '& .bar > div': { flex: 1 },
  },
}));

interface CandlePanelProps extends Pick<MarkerEvents, 'onChoose'> {
  symbol: string;
  interval: Interval;
  onInterval: (label: string) => void;
  /** What lies over the candles … */
  overlay: ChartOverlay;
  /** … and explains a marker that is pointed at. */
  explain: (pointed: PointedMarker) => ReactNode;
  /** Told the start of the oldest candle that is loaded, epoch ms. */
  onReach: (openTime: number) => void;
  /** Stand beside the choice of the candles' length, for what lies over these. */
  controls: ReactNode;
}

function Cover({ candles, symbol }: { candles: Candles; symbol: string }) {
  if (candles.status === 'loading') return <PlotSkeleton height="100%" />;
  if (candles.status === 'failed') {
    return (
      <ErrorState
        title="The candles could not be loaded"
        error={candles.error}
        stillWorks="The price, the statistics and the trades go on."
        onRetry={candles.reload}
      />
    );
  }
  return (
    <EmptyState title="No candles yet">
      Nothing is recorded for {symbol} in this interval. The first candle appears with its first
      trade.
    </EmptyState>
  );
}

function Plot(props: Omit<CandlePanelProps, 'onInterval' | 'controls'>) {
  const { symbol, interval, overlay, explain, onReach, onChoose } = props;
  const candles = useCandles(symbol, interval);
  const formats = useFormats();
  const scheme = useScheme();
  const { swapColours } = usePreferences();
  const look = useMemo(() => chartLook(scheme, swapColours), [scheme, swapColours]);
  const { data } = useFragment({ fragment: QUOTE, from: assetRef(symbol) });
  const [hovered, setHovered] = useState<number | null>(null);
  const onHover = useCallback((openTime: number | null) => setHovered(openTime), []);
  const [pointed, setPointed] = useState<PointedMarker | null>(null);
  const onMarker = useCallback(
    (next: PointedMarker | null) => setPointed((known) => (known?.id === next?.id ? known : next)),
    [],
  );
  const oldest = candles.loaded[0]?.openTime;
  useEffect(() => {
    if (oldest !== undefined) onReach(oldest);
  }, [oldest, onReach]);
  const newest = candles.live.at(-1) ?? candles.loaded.at(-1);
  const shown = (hovered === null ? undefined : candles.at(hovered)) ?? newest;
  const priceDecimals = data.priceDecimals ?? 2;
  const quote = quoteOf(symbol, data.pair);

  return (
    <div className="plot" data-pointed={pointed !== null}>
      {candles.status === 'ready' && newest ? (
        <>
          {shown && (
            <CandleLegend
              symbol={symbol}
              interval={interval.label}
              candle={shown}
              hovered={shown.openTime === hovered}
              priceDecimals={priceDecimals}
            />
          )}
          <Suspense fallback={<PlotSkeleton height="100%" />}>
            <CandleChart
              subject={`${symbol} ${interval.label}`}
              label={`Candles of ${symbol} in ${quote}, ${interval.label} each, over traded volume${overlay.bars.length > 0 ? ` and ${overlay.barsWords}` : ''}`}
              candles={candles.loaded}
              live={candles.live}
              overlay={overlay}
              look={look}
              formats={formats}
              priceDecimals={priceDecimals}
              onHover={onHover}
              onOldest={candles.loadOlder}
              onMarker={onMarker}
              onChoose={onChoose}
            />
          </Suspense>
          {pointed && explain(pointed)}
        </>
      ) : (
        <div className="cover">
          <Cover candles={candles} symbol={symbol} />
        </div>
      )}
    </div>
  );
}

/** Candles of one asset with the choice of their length. */
export function CandlePanel({ onInterval, controls, ...plot }: CandlePanelProps) {
  const { symbol } = plot;
  const { data } = useFragment({ fragment: QUOTE, from: assetRef(symbol) });
  return (
    <Panel aria-label="Chart">
      <div className="bar">
        <Segmented
          label="Length of a candle"
          value={plot.interval.label}
          choices={INTERVALS.map(({ label }) => ({ value: label, label }))}
          onChange={onInterval}
        />
        {controls}
        <span
          className="quote quiet"
          title="What the exchange quotes prices in; the chart is not converted"
        >
          {quoteOf(symbol, data.pair)}
        </span>
      </div>
      <Plot {...plot} />
    </Panel>
  );
}
