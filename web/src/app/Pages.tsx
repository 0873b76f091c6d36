import { Route, Routes } from 'react-router';
import { MarketsPage } from './pages/MarketsPage';
import { Shell } from './shell/Shell';

/** Which page an address leads to. */
export function Pages() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<MarketsPage />} />
      </Route>
    </Routes>
  );
}
