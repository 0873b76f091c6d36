import { styled } from '@mui/material/styles';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { Segmented } from '../../../ui/controls';
import { PlotSkeleton } from '../../../ui/PlotSkeleton';
import { Nothing } from '../../../ui/sections';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import { parseTicker } from '../feed/view';
import { TickerField } from '../TickerField';
import { type FlowRecording, useFlowRecordings } from '../useFlowRecordings';
import { CHART_HEIGHT, FlowPlot } from './FlowPlot';
import { CounterpartyTable, ExchangeTable } from './FlowTables';
import { RecordedFlows } from './RecordedFlows';
import { Sankey } from './Sankey';
import { shownWorth } from './shown-worth';
import { useFlows } from './useFlows';
import { FLOW_WINDOWS, type FlowWindow, parseWindow } from './windows';

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
  '& .told': { minHeight: 20, fontSize: TEXT.small, whiteSpace: 'normal' },
  '& .tables': { display: 'grid', gap: 24, gridTemplateColumns: 'repeat(2, minmax(0, 1fr))' },
  '& [data-old="true"] *': { color: theme.vars.palette.text.secondary },
  [theme.breakpoints.down('md')]: { '& .tables': { gridTemplateColumns: 'minmax(0, 1fr)' } },
}));

interface FlowsProps {
  symbol: string;
  window: FlowWindow;
}

function Flows({ symbol, window }: FlowsProps) {
  const { data, isOld, error, reload } = useFlows(symbol, window);
  const { currency } = useMoney();
  const formats = useFormats();
  const buckets = data?.exchangeFlows.buckets;
  const points = useMemo(
    () => buckets?.map(({ time, ...figures }) => ({ ...figures, time: Date.parse(time) })) ?? [],
    [buckets],
  );
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
  if (!data) return <PlotSkeleton height={CHART_HEIGHT} />;
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
        <FlowPlot {...{ symbol, points, formats }} bucket={window.bucket} unit={` ${symbol}`} />
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
  const { recordings, isLoading } = useFlowRecordings(symbol);
  const source = params.get('source');
  const recording = recordings.find((each) => each.source === source);
  const change = (asset: string, chosen: string) => {
    const isRecorded = recordings.some((each) => each.source === chosen);
    setParams({ asset, [isRecorded ? 'source' : 'window']: chosen }, { replace: true });
  };
  const isUndecided = source !== null && isLoading;
  return (
    <Frame>
      <title>Flows · Whales · Spyhop</title>
      <div className="bar">
        <TickerField value={symbol} onChange={(next) => change(next, window.value)} />
        <Segmented
          label="How far back"
          value={recording?.source ?? window.value}
          choices={[...FLOW_WINDOWS, ...recordedChoices(recordings)]}
          onChange={(next) => change(symbol, next)}
        />
      </div>
      {recording ? (
        <RecordedFlows key={symbol} {...{ symbol, recording }} />
      ) : isUndecided ? (
        <PlotSkeleton height={CHART_HEIGHT} />
      ) : (
        <Flows key={symbol} symbol={symbol} window={window} />
      )}
    </Frame>
  );
}

/** With its source, where there are several. */
const recordedChoices = (recordings: readonly FlowRecording[]) =>
  recordings.map(({ source }) => ({
    value: source,
    label: recordings.length === 1 ? 'Recorded' : `Recorded: ${source}`,
  }));
