import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { chartLook } from '../../../charts/chart-look';
import type { WhaleFlowsQuery } from '../../../generated/graphql';
import { Segmented } from '../../../ui/controls';
import { usePreferences } from '../../../ui/preferences';
import { Nothing } from '../../../ui/sections';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import { useScheme } from '../../../ui/useScheme';
import { parseTicker } from '../feed/view';
import { TickerField } from '../TickerField';
import { CounterpartyTable, ExchangeTable } from './FlowTables';
import { evened } from './points';
import { Sankey } from './Sankey';
import { useFlows } from './useFlows';
import { FLOW_WINDOWS, type FlowWindow, parseWindow } from './windows';

const FlowChart = lazy(() => import('../../../charts/FlowChart'));

const CHART_HEIGHT = 300;
const BUCKET_MS = { HOUR: 3_600_000, DAY: 86_400_000 };

const Frame = styled('div')(({ theme }) => ({
  display: 'grid',
  gridTemplateColumns: 'minmax(0, 1fr)',
  alignContent: 'start',
  gap: 24,
  minHeight: 0,
  overflow: 'auto',
  padding: '8px 16px 32px',
  '& .bar': { display: 'flex', flexWrap: 'wrap', gap: 8 },
  '& h2': { margin: '0 0 4px', fontSize: TEXT.title, fontWeight: 600 },
  '& h2 + p': { margin: '0 0 12px', color: theme.vars.palette.text.secondary },
  '& .plot': { position: 'relative', height: CHART_HEIGHT },
  '& .told': { minHeight: 20, fontSize: TEXT.small },
  '& .tables': { display: 'grid', gap: 24, gridTemplateColumns: 'repeat(2, minmax(0, 1fr))' },
  '& [data-old="true"]': { opacity: 0.6 },
  [theme.breakpoints.down('md')]: { '& .tables': { gridTemplateColumns: 'minmax(0, 1fr)' } },
}));

type Buckets = WhaleFlowsQuery['exchangeFlows']['buckets'];

interface ChartProps {
  symbol: string;
  window: FlowWindow;
  buckets: Buckets;
}

function Chart({ symbol, window, buckets }: ChartProps) {
  const formats = useFormats();
  const scheme = useScheme();
  const { swapColours } = usePreferences();
  const look = useMemo(() => chartLook(scheme, swapColours), [scheme, swapColours]);
  const points = useMemo(
    () =>
      evened(
        buckets.map(({ time, ...figures }) => ({ ...figures, time: Date.parse(time) })),
        BUCKET_MS[window.bucket],
      ),
    [buckets, window],
  );
  const [hovered, setHovered] = useState<number | null>(null);
  const onHover = useCallback((time: number | null) => setHovered(time), []);
  const told = points.find(({ time }) => time === hovered) ?? points.at(-1);
  return (
    <>
      <p className="told number">
        {told && (
          <>
            {formats.dateTime(told.time)} · in {formats.amount(told.in)} · out{' '}
            {formats.amount(told.out)} · net {formats.amount(told.net)} {symbol}
          </>
        )}
      </p>
      <div className="plot">
        <Suspense fallback={<Skeleton variant="rectangular" height={CHART_HEIGHT} />}>
          <FlowChart
            {...{ points, look, formats, onHover }}
            label={`${symbol} into exchanges above the middle, out of them below it, and the net as a line, by ${window.bucket.toLowerCase()}`}
          />
        </Suspense>
      </div>
    </>
  );
}

/** What was worth how much is told of the time when it moved; in what, is converted as of today. */
const shownWorth = (currency: string): string =>
  currency === 'USD'
    ? 'USD when it moved'
    : `${currency} at today’s rate, worth what it was in USD when it moved`;

interface FlowsProps {
  symbol: string;
  window: FlowWindow;
}

function Flows({ symbol, window }: FlowsProps) {
  const { data, isOld, error, reload } = useFlows(symbol, window);
  const { currency } = useMoney();
  if (!data && error) {
    return (
      <ErrorState
        title="The flows could not be loaded"
        error={error}
        stillWorks="The feed of whales goes on."
        onRetry={reload}
      />
    );
  }
  if (!data) return <Skeleton variant="rectangular" height={CHART_HEIGHT} aria-label="Loading" />;
  const { exchangeFlows: flows, whaleFlowMatrix: matrix } = data;
  if (flows.buckets.length === 0 && matrix.length === 0) {
    return (
      <EmptyState title={`No flows of ${symbol}`}>
        No large transaction of it was seen in this window. Choose a longer one, or another asset.
      </EmptyState>
    );
  }
  return (
    <>
      <section aria-label="Net flow of exchanges" data-old={isOld}>
        <h2>Into and out of exchanges</h2>
        <p>From large transactions on chains alone; not what went from one exchange to another.</p>
        <Chart symbol={symbol} window={window} buckets={flows.buckets} />
      </section>
      <section aria-label="Who sent to whom" data-old={isOld}>
        <h2>Who sent to whom</h2>
        <p>In {shownWorth(currency)}, between kinds of owners and those with a name.</p>
        {matrix.length === 0 ? <Nothing>Nothing was seen.</Nothing> : <Sankey edges={matrix} />}
      </section>
      <div className="tables" data-old={isOld}>
        <section aria-label="Exchanges">
          <h2>By exchange</h2>
          <ExchangeTable exchanges={flows.exchanges} symbol={symbol} />
        </section>
        <section aria-label="Counterparties">
          <h2>Top counterparties</h2>
          <CounterpartyTable counterparties={flows.counterparties} />
        </section>
      </div>
    </>
  );
}

/** What flows into and out of exchanges, and who sends to whom; the address bar holds of what and for how long. */
export default function FlowsPage() {
  const [params, setParams] = useSearchParams();
  const symbol = parseTicker(params.get('asset') ?? '') ?? 'BTC';
  const window = parseWindow(params.get('window'));
  const change = (next: { symbol: string; window: string }) =>
    setParams({ asset: next.symbol, window: next.window }, { replace: true });
  return (
    <Frame>
      <title>Flows · Whales · Spyhop</title>
      <div className="bar">
        <TickerField
          value={symbol}
          onChange={(next) => change({ symbol: next, window: window.value })}
        />
        <Segmented
          label="How far back"
          value={window.value}
          choices={FLOW_WINDOWS}
          onChange={(next) => change({ symbol, window: next })}
        />
      </div>
      <Flows key={symbol} symbol={symbol} window={window} />
    </Frame>
  );
}
