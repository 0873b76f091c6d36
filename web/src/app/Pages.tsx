import { lazy, Suspense, useEffect } from 'react';
import { Route, Routes } from 'react-router';
import { MarketsPage } from './pages/MarketsPage';
import { NotFoundPage } from './pages/NotFoundPage';
import { PageBoundary } from './PageBoundary';
import { Shell } from './shell/Shell';

const loadAssetPage = () => import('./pages/AssetPage');
const AssetPage = lazy(loadAssetPage);

/** After this long on one page, in ms, the code of the next likely one is fetched. */
const PREFETCH_AFTER_MS = 1500;

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
        <Route
          path="asset/:symbol"
          element={
            <PageBoundary>
              <Suspense>
                <AssetPage />
              </Suspense>
            </PageBoundary>
          }
        />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
