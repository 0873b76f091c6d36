import { lazy, Suspense, useEffect, type ComponentType } from 'react';
import { Route, Routes } from 'react-router';
import { MarketsPage } from './pages/MarketsPage';
import { NotFoundPage } from './pages/NotFoundPage';
import { PageBoundary } from './PageBoundary';
import { Shell } from './shell/Shell';

const loadAssetPage = () => import('./pages/AssetPage');
const AssetPage = lazy(loadAssetPage);
const WhalesPages = lazy(() => import('./pages/WhalesPages'));
const WalletPage = lazy(() => import('./pages/WalletPage'));
const EntrancePages = lazy(() => import('./pages/EntrancePages'));
const AdminPages = lazy(() => import('./pages/AdminPages'));
const AccountPages = lazy(() => import('./pages/AccountPages'));

const ENTRANCES = [
  'sign-in',
  'register',
  'verify-email',
  'change-email',
  'forgot-password',
  'reset-password',
];

/** After this long on one page, in ms, the code of the next likely one is fetched. */
const PREFETCH_AFTER_MS = 1500;

/** A page whose code is loaded when it is needed. */
const loaded = (Page: ComponentType) => (
  <PageBoundary>
    <Suspense>
      <Page />
    </Suspense>
  </PageBoundary>
);

/** Which page an address leads to. */
export function Pages() {
  useEffect(() => {
    const timer = setTimeout(() => void loadAssetPage().catch(() => undefined), PREFETCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<MarketsPage />} />
        <Route path="asset/:symbol" element={loaded(AssetPage)} />
        <Route path="whales/*" element={loaded(WhalesPages)} />
        <Route path="wallet/:chain/:address" element={loaded(WalletPage)} />
        {ENTRANCES.map((path) => (
          <Route key={path} path={path} element={loaded(EntrancePages)} />
        ))}
        <Route path="account/*" element={loaded(AccountPages)} />
        <Route path="admin/*" element={loaded(AdminPages)} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
