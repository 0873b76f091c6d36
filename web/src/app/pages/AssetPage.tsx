import { useSubscription } from '@apollo/client/react';
import { styled } from '@mui/material/styles';
import { lazy, Suspense, useCallback, useEffect } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { RiskStats } from '../../features/analytics/RiskStats';
import { AssetHeader } from '../../features/market/asset/AssetHeader';
import { CandlePanel } from '../../features/market/asset/CandlePanel';
import { assetPath } from '../../features/market/asset-path';
import { DayStats } from '../../features/market/asset/DayStats';
import { INTERVALS, parseInterval } from '../../features/market/asset/intervals';
import { TradesTape } from '../../features/market/asset/TradesTape';
import { useAsset } from '../../features/market/asset/useAsset';
import { useWhaleOverlay } from '../../features/whales/asset/useWhaleOverlay';
import { graphql } from '../../generated/gql';
import { Segmented } from '../../ui/controls';
import { usePreferences } from '../../ui/preferences';
import { ErrorState } from '../../ui/StateViews';
import { TEXT } from '../../ui/theme';
import { isTyping } from '../shell/shortcuts';
import { UnknownAsset } from './UnknownAsset';

const AssetWhales = lazy(() => import('../../features/whales/asset/AssetWhales'));

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
      gridTemplateRows: 'auto auto minmax(320px, 1fr)',
      minHeight: 0,
      overflow: 'auto',
      borderInlineStart: line,
    },
    '& .stats': { padding: '10px 16px', borderBottom: line },
    '& .tabs': { display: 'grid', padding: '8px 16px' },
    '& .stats h2': { margin: '0 0 6px', fontSize: TEXT.body, fontWeight: 600 },
    [theme.breakpoints.down('md')]: {
      height: 'auto',
      gridTemplate: '"head" auto "chart" 420px "side" auto / minmax(0, 1fr)',
      '& > aside': { gridTemplateRows: 'auto auto 440px', borderInlineStart: 0, borderTop: line },
    },
  };
});

const SIDES = [
  { value: 'trades', label: 'Trades' },
  { value: 'whales', label: 'Whales' },
] as const;

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
  const change = useCallback(
    (name: string, value: string) =>
      setParams(
        (known) => {
          const next = new URLSearchParams(known);
          next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  const choose = useCallback((label: string) => change('interval', label), [change]);
  const side = SIDES.find(({ value }) => value === params.get('side'))?.value ?? 'trades';
  const whales = useWhaleOverlay(symbol, interval.lengthMs);
  useIntervalKeys(choose);
  useSubscription(ASSET_TICKED, {
    variables: { symbol },
    errorPolicy: 'all',
    ignoreResults: true,
  });
  return (
    <Layout>
      <AssetHeader symbol={symbol} />
      <CandlePanel symbol={symbol} interval={interval} onInterval={choose} {...whales} />
      <aside aria-label="Figures">
        <section className="stats">
          <h2>24 hours</h2>
          <DayStats symbol={symbol} />
          <RiskStats symbol={symbol} />
        </section>
        <div className="tabs">
          <Segmented
            label="What happens now"
            value={side}
            choices={SIDES}
            onChange={(next) => change('side', next)}
          />
        </div>
        {side === 'trades' ? (
          <TradesTape symbol={symbol} />
        ) : (
          <Suspense fallback={<span />}>
            <AssetWhales symbol={symbol} toAsset={assetPath} />
          </Suspense>
        )}
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
