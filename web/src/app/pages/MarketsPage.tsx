import { styled } from '@mui/material/styles';
import { MarketStrip } from '../../features/market/strip/MarketStrip';
import { Markets } from '../../features/market/table/Markets';
import { MarketsToolbar } from '../../features/market/table/MarketsToolbar';
import { useMarketsView } from '../../features/market/table/useMarketsView';

const Layout = styled('div')(() => ({
  height: '100%',
  display: 'grid',
  gridTemplateRows: 'auto auto minmax(240px, 1fr)',
  gridTemplateColumns: 'minmax(0, 1fr)',
}));

/** All tracked assets, live. */
export function MarketsPage() {
  const [view, setView] = useMarketsView();
  return (
    <Layout>
      <title>Markets · Spyhop</title>
      <h1 className="visually-hidden">Markets</h1>
      <MarketStrip />
      <MarketsToolbar view={view} onView={setView} />
      <Markets view={view} onView={setView} />
    </Layout>
  );
}
