import { useEffect } from 'react';

/** What Apollo's `useQuery` gives to ask again and again. */
interface Polled {
  startPolling: (everyMs: number) => void;
  stopPolling: () => void;
}

/** Asks a query again every so many ms for as long as that is needed. */
export function usePolling(
  { startPolling, stopPolling }: Polled,
  isNeeded: boolean,
  everyMs: number,
): void {
  useEffect(() => {
    if (!isNeeded) return;
    startPolling(everyMs);
    return stopPolling;
  }, [isNeeded, everyMs, startPolling, stopPolling]);
}
