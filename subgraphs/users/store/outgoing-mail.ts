import type { Log } from '@spyhop/platform/log';
import { MAILS_TO_ADDRESS, accountKeyOf } from '../rules/attempts';
import { type EmailAddress, maskEmail } from '../rules/email';
import type { Later } from '../rules/errand';
import type { Mail } from '../rules/mail';
import type { Attempts } from './attempts';
import type { UserStore } from './users';

/** What sending takes. */
export interface OutgoingMailParts {
  users: UserStore;
  attempts: Attempts;
  later: Later;
  sendMail: (mail: Mail) => Promise<void>;
  log: Log;
}

/** Sends mails after the request that asks for them was answered. */
export class OutgoingMail {
  constructor(private readonly parts: OutgoingMailParts) {}

  /**
   * Finds out what to send, if anything, and sends it. Of mails that strangers can ask for, one address gets few;
   * more are dropped, which whoever asks does not learn.
   */
  onRequest(email: EmailAddress, write: () => Promise<Mail | null>): void {
    const { attempts, later, sendMail, log } = this.parts;
    later('answer by mail', async () => {
      const counted = { limit: MAILS_TO_ADDRESS, key: accountKeyOf(email) };
      if (await attempts.refusalOf([counted])) {
        return log.warn({ to: maskEmail(email.address) }, 'too many mails to one address');
      }
      const mail = await write();
      if (mail) later('send a mail', () => sendMail(mail));
    });
  }

  /** Tells somebody what has happened. */
  notice(mail: Mail): void {
    this.parts.later('send a notice', () => this.parts.sendMail(mail));
  }

  /** Tells the owner of an account what has happened to it; nobody where it is gone. */
  noticeTo(userId: string, write: (address: string) => Mail): void {
    const { users, later, sendMail } = this.parts;
    later('send a notice to an owner', async () => {
      const owner = await users.find(userId);
      if (owner) await sendMail(write(owner.email));
    });
  }
}
