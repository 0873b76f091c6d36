import { styled } from '@mui/material/styles';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link, Route, Routes, useLocation } from 'react-router';
import { assetPath } from '../../features/market/asset-path';
import { WhaleFeed } from '../../features/whales/feed/WhaleFeed';
import { WhalesToolbar } from '../../features/whales/feed/WhalesToolbar';
import { useWhalesView } from '../../features/whales/feed/useWhalesView';
import { SignalsButton } from '../../features/whales/signals/SignalsButton';
import { SeesOwnContext } from '../../features/whales/sees-own';
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
    '& > nav': {
      display: 'flex',
      gap: 4,
      overflowX: 'auto',
      padding: '0 8px',
      fontSize: TEXT.body,
      borderBottom: `1px solid ${palette.divider}`,
    },
    '& > nav a': {
      padding: '10px 8px 8px',
      whiteSpace: 'nowrap',
      color: palette.text.secondary,
      textDecoration: 'none',
      borderBottom: '2px solid transparent',
    },
    '& > nav a:hover': { color: palette.text.primary },
    '& > nav [aria-current]': {
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

const TABS = [
  { path: '/whales', label: 'Feed' },
  { path: '/whales/flows', label: 'Flows' },
  { path: '/whales/patterns', label: 'Patterns' },
  { path: '/whales/trades', label: 'Trades' },
  { path: '/whales/wallets', label: 'Wallets' },
];

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
    <SeesOwnContext value={viewer.isSignedIn}>
      <Layout key={viewer.key}>
        <h1 className="visually-hidden">Whales</h1>
        <nav aria-label="Whales">
          {TABS.map(({ path, label }) => (
            <Link key={path} to={path} aria-current={pathname === path ? 'page' : undefined}>
              {label}
            </Link>
          ))}
        </nav>
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
    </SeesOwnContext>
  );
}
