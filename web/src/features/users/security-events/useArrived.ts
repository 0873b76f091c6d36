import { useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import { SECURITY_EVENT_RAISED } from './documents';

/** How many events were raised since somebody looked: one's own, or for administrators `all`. */
export function useArrived(all: boolean) {
  const [arrived, setArrived] = useState(0);
  useSubscription(SECURITY_EVENT_RAISED, {
    variables: { all },
    ignoreResults: true,
    onData: () => setArrived((known) => known + 1),
  });
  return { arrived, forget: () => setArrived(0) };
}
