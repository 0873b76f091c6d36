import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type WhalesView, parseWhalesView, whalesParams } from './view';

/** The view that the address bar holds, and how to change it. */
export function useWhalesView(): [WhalesView, (next: WhalesView) => void] {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => parseWhalesView(params), [params]);
  const change = useCallback(
    (next: WhalesView) => setParams(whalesParams(next), { replace: true }),
    [setParams],
  );
  return [view, change];
}
