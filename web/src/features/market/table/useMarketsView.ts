import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { parseView, viewParams, type MarketsView } from './view-state';

/** The view that the address bar holds, and how to change it. */
export function useMarketsView(): [MarketsView, (next: MarketsView) => void] {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => parseView(params), [params]);
  const change = useCallback(
    (next: MarketsView) => setParams(viewParams(next), { replace: true }),
    [setParams],
  );
  return [view, change];
}
