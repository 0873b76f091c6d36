import { lazy, Suspense } from 'react';
import { useSessionState } from './session/session-context';

const SecurityNotices = lazy(() => import('./security-events/SecurityNotices'));

/** Tells whoever is signed in what they should look at; the code for it is not loaded for anybody else. */
export function NoticeGate() {
  const state = useSessionState();
  if (state.status !== 'signed-in') return null;
  const { userId, roles } = state;
  return (
    <Suspense>
      <SecurityNotices userId={userId} isAdmin={roles.includes('ADMIN')} />
    </Suspense>
  );
}
