import { styled } from '@mui/material/styles';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link, Route, Routes, useLocation } from 'react-router';
import { assetPath } from '../../features/market/asset-path';
import { WhaleFeed } from '../../features/whales/feed/WhaleFeed';
import { WhalesToolbar } from '../../features/whales/feed/WhalesToolbar';
import { useWhalesView } from '../../features/whales/feed/useWhalesView';
import { SignalsButton } from '../../features/whales/signals/SignalsButton';
import { SourcesButton } from '../../features/whales/SourcesButton';
import { WHALE_PAGES } from '../../features/whales/whale-pages';
import { WhaleNotice } from '../../features/whales/WhaleNotice';
import { TEXT } from '../../ui/theme';
import { NotFoundPage } from './NotFoundPage';
import { useViewer } from './useViewer';

const FlowsPage = lazy(() => import('../../features/whales/flows/FlowsPage'));
const PatternsPage = lazy(() => import('../../features/whales/patterns/PatternsPage'));
const PrintsPage = lazy(() => import('../../features/whales/prints/PrintsPage'));
const WalletsPage = lazy(() => import('../../features/whales/wallet/WalletsPage'));

const Layout = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    height: '100%',
    display: 'grid',
    gridTemplateRows: 'auto auto minmax(0, 1fr)',
    gridTemplateColumns: 'minmax(0, 1fr)',
    '& > .top': {
      display: 'flex',
      alignItems: 'center',
      gap: 8,
      paddingInlineEnd: 16,
      borderBottom: `1px solid ${palette.divider}`,
    },
    '& > .top > nav': {
      flex: 1,
      minWidth: 0,
      display: 'flex',
      gap: 4,
      overflowX: 'auto',
      padding: '0 8px',
      fontSize: TEXT.body,
    },
    '& > .top a': {
      padding: '10px 8px 8px',
      whiteSpace: 'nowrap',
      color: palette.text.secondary,
      textDecoration: 'none',
      borderBottom: '2px solid transparent',
    },
    '& > .top a:hover': { color: palette.text.primary },
    '& > .top [aria-current]': {
      color: palette.text.primary,
      borderBottomColor: palette.primary.main,
    },
    '& .feed': {
      display: 'grid',
      gridTemplateRows: 'auto minmax(240px, 1fr)',
      gridTemplateColumns: 'minmax(0, 1fr)',
      minHeight: 0,
    },
  };
});

function Feed() {
  const [view, setView] = useWhalesView();
  return (
    <div className="feed">
      <title>Whales · Spyhop</title>
      <WhalesToolbar view={view} onView={setView}>
        <SignalsButton />
      </WhalesToolbar>
      <WhaleFeed key={JSON.stringify(view)} view={view} onView={setView} toAsset={assetPath} />
    </div>
  );
}

const later = (page: ReactNode) => <Suspense fallback={<span />}>{page}</Suspense>;

/** What large holders move, live, and what it comes to. */
export default function WhalesPages() {
  const { pathname } = useLocation();
  const viewer = useViewer();
  return (
    <Layout key={viewer.key}>
      <h1 className="visually-hidden">Whales</h1>
      <div className="top">
        <nav aria-label="Whales">
          {WHALE_PAGES.map(({ path, label }) => (
            <Link key={path} to={path} aria-current={pathname === path ? 'page' : undefined}>
              {label}
            </Link>
          ))}
        </nav>
        <SourcesButton />
      </div>
      <div>
        <WhaleNotice />
      </div>
      <Routes>
        <Route index element={<Feed />} />
        <Route path="flows" element={later(<FlowsPage />)} />
        <Route path="patterns" element={later(<PatternsPage toAsset={assetPath} />)} />
        <Route path="trades" element={later(<PrintsPage toAsset={assetPath} />)} />
        <Route path="wallets" element={later(<WalletsPage viewer={viewer} />)} />
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </Layout>
  );
}
