import type { ReactNode } from 'react';
import { useSessionState } from '../features/users/session/session-context';
import { OwnLabels } from '../features/whales/OwnLabels';

/** Gives the pages what whoever is signed in calls wallets. */
export function NamedWallets({ children }: { children: ReactNode }) {
  const { status } = useSessionState();
  return <OwnLabels isSignedIn={status === 'signed-in'}>{children}</OwnLabels>;
}
