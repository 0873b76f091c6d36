import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { accountDeletedMail } from '../rules/deletion-mail';
import { maskEmail } from '../rules/email';
import type { Later } from '../rules/errand';
import type { Mail } from '../rules/mail';
import type { RecordSecurityEvent } from '../rules/security-event';
import type { AccountDeletions, DeletedAccount } from '../store/account-deletions';

/** What deleting accounts takes. */
export interface DeletingParts {
  deletions: AccountDeletions;
  recordSecurityEvent: RecordSecurityEvent;
  later: Later;
  sendMail: (mail: Mail) => Promise<void>;
  clock: Clock;
  log: Log;
  /** How often it is looked for accounts whose time has come, milliseconds. */
  everyMs: number;
}

/** Deletes accounts whose time has come. Safe in many processes at once. */
export async function startDeletingAccounts(parts: DeletingParts): Promise<Stop> {
  const { everyMs, log } = parts;
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted && (await deleteNext(parts)));
  };
  const timer = setInterval(() => {
    running ??= run()
      .catch((err: unknown) => log.warn({ err }, 'accounts were not deleted; it is tried again'))
      .finally(() => (running = null));
  }, everyMs);
  return async () => {
    stopping.abort();
    clearInterval(timer);
    await running;
  };
}

/** False where none is due. */
async function deleteNext(parts: DeletingParts): Promise<boolean> {
  const now = parts.clock();
  const deleted = await parts.deletions.removeNext(now);
  if (deleted) await tell(deleted, now, parts);
  return deleted !== null;
}

async function tell(
  { userId, email }: DeletedAccount,
  at: number,
  parts: DeletingParts,
): Promise<void> {
  const { recordSecurityEvent, later, sendMail, log } = parts;
  log.info({ userId, email: maskEmail(email) }, 'an account was deleted');
  later('say that an account was deleted', () => sendMail(accountDeletedMail(email)));
  const nobody = { sessionId: null, address: '', userAgent: '' };
  await recordSecurityEvent({ kind: 'ACCOUNT_DELETED', at, userId, ...nobody, details: {} });
}
