import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session, SessionState } from './session';

/** The session of the page. */
export const SessionContext = createContext<Session | null>(null);

/** The page's session, to begin and to end it. Throws outside of the app. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('There is no SessionContext above this component.');
  return session;
}

/** Whom the page acts for; re-renders when that changes. */
export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.get);
}
