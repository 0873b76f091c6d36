import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { accountDeletedMail } from '../rules/deletion-mail';
import { maskEmail } from '../rules/email';
import type { AccountDeletions, DeletedAccount } from '../store/account-deletions';
import type { OutgoingMail } from '../store/outgoing-mail';

/** What deleting accounts takes. */
export interface DeletingParts {
  deletions: AccountDeletions;
  outgoing: OutgoingMail;
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
  if (!deleted) return false;
  tell(deleted, parts);
  await parts.deletions.refuseTokens(deleted);
  return true;
}

function tell({ userId, email }: DeletedAccount, { outgoing, log }: DeletingParts): void {
  log.info({ userId, email: maskEmail(email) }, 'an account was deleted');
  outgoing.notice(accountDeletedMail(email));
}
