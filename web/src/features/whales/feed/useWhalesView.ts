import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type WhalesView, parseWhalesView, whalesParams } from './view';

/** The view that the address bar holds, and how to change it. */
export function useWhalesView(): [WhalesView, (next: WhalesView) => void] {
  const [params, setParams] = useSearchParams();
  // The same for as long as it says the same, whatever else the address holds.
  const text = whalesParams(parseWhalesView(params)).toString();
  const view = useMemo(() => parseWhalesView(new URLSearchParams(text)), [text]);
  const change = useCallback(
    (next: WhalesView) => setParams(whalesParams(next), { replace: true }),
    [setParams],
  );
  return [view, change];
}
