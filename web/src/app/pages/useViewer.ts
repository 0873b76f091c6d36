import { useLocation } from 'react-router';
import { signInFor } from '../../features/users/places';
import { useSessionState } from '../../features/users/session/session-context';

/** Who looks at a page, for features that keep something of theirs. */
export function useViewer() {
  const session = useSessionState();
  const { pathname, search } = useLocation();
  const isSignedIn = session.status === 'signed-in';
  return {
    isSignedIn,
    signInPath: signInFor(`${pathname}${search}`),
    /** Changes with whoever looks: what a page has loaded is theirs alone. */
    key: isSignedIn ? session.userId : 'nobody',
  };
}
