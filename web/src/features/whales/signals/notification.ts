/** What became of the wish to notify. */
export type Permission = 'granted' | 'denied' | 'unsupported';

/** Asks for leave to notify, unless it was given or refused before. */
export async function askForPermission(): Promise<Permission> {
  if (!('Notification' in window)) return 'unsupported';
  const answer = await Notification.requestPermission();
  return answer === 'granted' ? 'granted' : 'denied';
}

/** Whether this browser lets the page notify just now. */
export const mayNotify = (): boolean =>
  'Notification' in window && Notification.permission === 'granted';

/** Shows a notification in the place of the last one; a click on it leads back to the page. */
export function notify(title: string, body: string): void {
  if (!mayNotify()) return;
  try {
    const shown = new Notification(title, { body, tag: 'whale', icon: '/favicon.svg' });
    shown.onclick = () => window.focus();
  } catch {
    // Browsers on phones notify only through service workers.
  }
}
