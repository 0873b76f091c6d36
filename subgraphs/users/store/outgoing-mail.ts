import type { Log } from '@spyhop/platform/log';
import {
  MAILS_BY_DEVICE,
  MAILS_BY_NETWORK,
  MAILS_TO_ADDRESS,
  accountKeyOf,
  byNetwork,
} from '../rules/attempts';
import { type EmailAddress, maskEmail } from '../rules/email';
import type { Later } from '../rules/errand';
import type { Mail } from '../rules/mail';
import type { Client } from '../rules/session';
import type { Attempts, Refusal } from './attempts';
import type { DeviceStore } from './devices';
import type { UserStore } from './users';

/** What sending takes. */
export interface OutgoingMailParts {
  users: UserStore;
  devices: DeviceStore;
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
  onRequest(email: EmailAddress, client: Client, write: () => Promise<Mail | null>): void {
    const { later, sendMail, log } = this.parts;
    later('answer by mail', async () => {
      if (await this.refusalOf(email, client)) {
        return log.warn({ to: maskEmail(email.address) }, 'too many mails to one address');
      }
      const mail = await write();
      if (mail) later('send a mail', () => sendMail(mail));
    });
  }

  /** Who has come to the end of a network takes nothing from the others. */
  private async refusalOf(
    email: EmailAddress,
    { address, device }: Client,
  ): Promise<Refusal | null> {
    const { attempts } = this.parts;
    const account = accountKeyOf(email);
    if (device !== null && (await this.isOwn(email, device))) {
      const key = `${account}:${device.toString('base64url')}`;
      return attempts.refusalOf([{ limit: MAILS_BY_DEVICE, key }]);
    }
    const fromNetwork = byNetwork(MAILS_BY_NETWORK, address).map(({ limit, key }) => ({
      limit,
      key: `${account}:${key}`,
    }));
    return (
      (await attempts.refusalOf(fromNetwork)) ??
      attempts.refusalOf([{ limit: MAILS_TO_ADDRESS, key: account }])
    );
  }

  private async isOwn(email: EmailAddress, device: Buffer): Promise<boolean> {
    const { users, devices } = this.parts;
    const owner = await users.findByEmail(email);
    return owner !== null && (await devices.standingOf(owner.id, device)) !== 'new';
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
