import type { TabMessage, Tabs } from './session';

const NAME = 'spyhop.session';

/** Another tab may run an older version of this page: what it says is looked at. */
function isTabMessage(value: unknown): value is TabMessage {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'ended') return true;
  const grant = 'grant' in value ? value.grant : null;
  return (
    value.kind === 'granted' &&
    typeof grant === 'object' &&
    grant !== null &&
    ['accessToken', 'expiresAt', 'userId', 'roles'].every((key) => key in grant)
  );
}

/**
 * The tabs of this browser, by BroadcastChannel and Web Locks. Without TLS browsers have no locks: then two
 * tabs may renew at once, which the server allows for a moment.
 */
export function openTabs(): Tabs {
  const channel = new BroadcastChannel(NAME);
  return {
    tell: (message) => channel.postMessage(message),
    listen: (listener) => {
      const onMessage = ({ data }: MessageEvent<unknown>) => {
        if (isTabMessage(data)) listener(data);
      };
      channel.addEventListener('message', onMessage);
      return () => channel.removeEventListener('message', onMessage);
    },
    exclusively: (work) => ('locks' in navigator ? navigator.locks.request(NAME, work) : work()),
  };
}
