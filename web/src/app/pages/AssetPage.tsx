import { useSubscription } from '@apollo/client/react';
import { styled } from '@mui/material/styles';
import { useCallback, useEffect } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { RiskStats } from '../../features/analytics/RiskStats';
import { AssetHeader } from '../../features/market/asset/AssetHeader';
import { CandlePanel } from '../../features/market/asset/CandlePanel';
import { DayStats } from '../../features/market/asset/DayStats';
import { INTERVALS, parseInterval } from '../../features/market/asset/intervals';
import { TradesTape } from '../../features/market/asset/TradesTape';
import { useAsset } from '../../features/market/asset/useAsset';
import { graphql } from '../../generated/gql';
import { usePreferences } from '../../ui/preferences';
import { ErrorState } from '../../ui/StateViews';
import { TEXT } from '../../ui/theme';
import { isTyping } from '../shell/shortcuts';
import { UnknownAsset } from './UnknownAsset';

const ASSET_TICKED = graphql(`
  subscription AssetTicked($symbol: ID!) {
    priceTicked(symbols: [$symbol]) {
      symbol
      ...AssetPrice_asset
      ...DayStats_asset
      ...Risk_asset
    }
  }
`);

const Layout = styled('div')(({ theme }) => {
  const line = `1px solid ${theme.vars.palette.divider}`;
  return {
    height: '100%',
    display: 'grid',
    gridTemplate: '"head head" auto "chart side" minmax(360px, 1fr) / minmax(0, 1fr) 304px',
    '& > header': { gridArea: 'head' },
    '& > section': { gridArea: 'chart' },
    '& > aside': {
      gridArea: 'side',
      display: 'grid',
      gridTemplateRows: 'auto minmax(240px, 1fr)',
      minHeight: 0,
      borderInlineStart: line,
    },
    '& .stats': { padding: '10px 16px', borderBottom: line },
    '& .stats h2': { margin: '0 0 6px', fontSize: TEXT.body, fontWeight: 600 },
    [theme.breakpoints.down('md')]: {
      height: 'auto',
      gridTemplate: '"head" auto "chart" 420px "side" auto / minmax(0, 1fr)',
      '& > aside': { gridTemplateRows: 'auto 380px', borderInlineStart: 0, borderTop: line },
    },
  };
});

function useIntervalKeys(choose: (label: string) => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      const interval = /^[1-6]$/.test(event.key) ? INTERVALS[Number(event.key) - 1] : undefined;
      if (interval) choose(interval.label);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [choose]);
}

function KnownAsset({ symbol }: { symbol: string }) {
  const [params, setParams] = useSearchParams();
  const interval = parseInterval(params.get('interval'), usePreferences().defaultInterval);
  const choose = useCallback(
    (label: string) => setParams({ interval: label }, { replace: true }),
    [setParams],
  );
  useIntervalKeys(choose);
  useSubscription(ASSET_TICKED, {
    variables: { symbol },
    errorPolicy: 'all',
    ignoreResults: true,
  });
  return (
    <Layout>
      <AssetHeader symbol={symbol} />
      <CandlePanel symbol={symbol} interval={interval} onInterval={choose} />
      <aside aria-label="Figures">
        <section className="stats">
          <h2>24 hours</h2>
          <DayStats symbol={symbol} />
          <RiskStats symbol={symbol} />
        </section>
        <TradesTape symbol={symbol} />
      </aside>
    </Layout>
  );
}

/** One asset: chart, trades, figures. */
export default function AssetPage() {
  const symbol = (useParams().symbol ?? '').toUpperCase();
  const { status, error, reload } = useAsset(symbol);
  if (status === 'unknown') return <UnknownAsset symbol={symbol} />;
  if (status === 'failed') {
    return (
      <ErrorState
        title={`${symbol} could not be loaded`}
        error={error}
        stillWorks="The list of all assets may still work."
        onRetry={reload}
      />
    );
  }
  return <KnownAsset key={symbol} symbol={symbol} />;
}
