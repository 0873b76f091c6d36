import type { Mail } from './mail';
import type { SecurityEventKind } from './security-event';
import { SUSPECT_DAYS } from './way-in';

/** What its owner is told of an account (OWASP ASVS 5.0, 6.3.7). */
const SAID: Partial<Record<SecurityEventKind, string>> = {
  TOTP_SET_UP: 'Signing in to your account at Spyhop takes the codes of an app from now on.',
  TOTP_REMOVED: 'Signing in to your account at Spyhop no longer takes the codes of an app.',
  PASSKEY_ADDED: 'Your account at Spyhop has got a passkey.',
  PASSKEY_REMOVED: 'A passkey was removed from your account at Spyhop.',
  PASSKEY_COPIED:
    'A passkey of your account at Spyhop was refused: it seems that somebody has copied it. Remove it.',
  RECOVERY_CODES_RENEWED:
    'Your account at Spyhop has got new recovery codes; the old ones are void.',
  RECOVERY_CODE_USED: 'A recovery code of your account at Spyhop was used.',
};

/** Writes to whom an account is; null for what they need no mail about. */
export function factorMail(kind: SecurityEventKind): ((to: string, base: string) => Mail) | null {
  const said = SAID[kind];
  if (said === undefined) return null;
  return (to, base) => ({
    to,
    subject: 'How you sign in to Spyhop has changed',
    text: `${said}

If it was not you, set a new password at once: ${new URL('/forgot-password', base).href}
That ends all sessions, and removes the passkeys, apps and API keys that were added within the last ${SUSPECT_DAYS} days.
Then look through the others, and remove what you do not know: ${new URL('/account/security', base).href}
`,
  });
}
