import { useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import { graphql } from '../../../generated/gql';
import { PlotSkeleton } from '../../../ui/PlotSkeleton';
import { ErrorState } from '../../../ui/StateViews';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import type { FlowRecording } from '../useFlowRecordings';
import { CHART_HEIGHT, FlowPlot } from './FlowPlot';
import { shownWorth } from './shown-worth';
import { recordedRange } from './windows';

const RECORDED = graphql(`
  query RecordedFlows($symbol: ID!, $from: DateTime!, $to: DateTime!, $source: String!) {
    exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: DAY) {
      recorded(source: $source) {
        time
        inUsd
        outUsd
        netUsd
      }
    }
  }
`);

interface RecordedFlowsProps {
  symbol: string;
  recording: FlowRecording;
}

/** What somebody else has recorded to have flowed, by the day. */
export function RecordedFlows({ symbol, recording }: RecordedFlowsProps) {
  const { source } = recording;
  const formats = useFormats();
  const money = useMoney();
  const range = useMemo(() => recordedRange(recording), [recording]);
  const { data, error, refetch } = useQuery(RECORDED, {
    variables: { symbol, source, ...range },
    fetchPolicy: 'no-cache',
  });
  const points = useMemo(
    () =>
      data?.exchangeFlows.recorded.map(({ time, inUsd, outUsd, netUsd }) => ({
        ...{ time: Date.parse(time), in: inUsd, out: outUsd, net: netUsd },
      })),
    [data],
  );
  const writing = useMemo(() => ({ ...formats, amount: money.amount }), [formats, money]);
  if (error) {
    return (
      <ErrorState
        title="The recorded flows could not be loaded"
        error={error}
        stillWorks="The other windows show what was seen here."
        onRetry={() => void refetch().catch(() => undefined)}
      />
    );
  }
  if (!points) return <PlotSkeleton height={CHART_HEIGHT} />;
  const [first, last] = [points[0], points.at(-1)];
  return (
    <section aria-label="Recorded flow of exchanges">
      <h2>Into and out of exchanges, as recorded elsewhere</h2>
      <p>
        {first && last && `${formats.date(first.time)} to ${formats.date(last.time)}. `}
        All exchanges together, by the day (UTC), in {shownWorth(money.currency)}. From {source},
        and no part of what was seen here: it has neither amounts of {symbol} nor single exchanges.
      </p>
      <FlowPlot {...{ symbol, points, formats: writing, unit: money.suffix }} bucket="DAY" />
    </section>
  );
}
