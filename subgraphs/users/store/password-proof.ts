import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import type { Log } from '@spyhop/platform/log';
import {
  type Attempt,
  BY_ACCOUNT,
  BY_ACCOUNT_AND_NETWORK,
  BY_DEVICE,
  BY_NETWORK,
  accountKeyOf,
  byNetwork,
} from '../rules/attempts';
import { type EmailAddress, maskEmail } from '../rules/email';
import { type RecordSecurityEvent, eventBy } from '../rules/security-event';
import { networkOf } from '../rules/networks';
import type { Client } from '../rules/session';
import type { Credentials } from '../rules/user';
import { type Attempts, heed } from './attempts';
import type { Passwords } from './passwords';
import type { SigningIn, UserStore } from './users';

/** What checking a password takes. */
export interface PasswordProofParts {
  users: UserStore;
  passwords: Passwords;
  attempts: Attempts;
  recordSecurityEvent: RecordSecurityEvent;
  clock: Clock;
  log: Log;
}

/** Checks passwords, as seldom as limits say. */
export class PasswordProof {
  constructor(private readonly parts: PasswordProofParts) {}

  /**
   * Throws SIGN_IN_FAILED: in the same words and after the same work whether there is an account or not;
   * RATE_LIMITED after too many of them, whether the password is right or not, and while too many others wait.
   */
  async ofAddress(email: EmailAddress, password: string, client: Client): Promise<SigningIn> {
    const { device } = client;
    const reading = this.parts.users.signingIn(email, device);
    const account = accountKeyOf(email);
    const isOwn = device !== null && ((await reading)?.standing ?? 'new') !== 'new';
    const attempts = isOwn ? ownDevice(account, device) : strangers(account, client);
    return this.check(reading, password, { attempts, isOwn, client, email });
  }

  /** Throws like `ofAddress`; for somebody who is signed in and is asked again. */
  async ofUser(
    userId: string,
    sessionId: string,
    password: string,
    client: Client,
  ): Promise<Credentials> {
    const reading = this.parts.users.credentials(userId);
    const attempts = [{ limit: BY_DEVICE, key: sessionId }];
    const asked = { attempts, isOwn: true, client, email: null };
    return this.check(reading, password, asked);
  }

  /**
   * A stranger who has tried too often for an account is let in again: its owner has proved to be one. What was
   * tried from the network on others' accounts stays counted.
   */
  async forgetStrangers(email: EmailAddress, { address }: Client): Promise<void> {
    await this.parts.attempts.forget(onAccount(accountKeyOf(email), address));
  }

  private async check<Known extends Credentials>(
    reading: Promise<Known | null>,
    password: string,
    { attempts, isOwn, client, email }: Try,
  ): Promise<Known> {
    const { users, passwords, attempts: counts } = this.parts;
    const [known, refusal] = await Promise.all([reading, counts.refusalOf(attempts)]);
    await heed(refusal, () => this.record('SIGN_IN_LIMITED', known, client, null));
    const isRight = await counts.unlessItThrows(attempts, () =>
      passwords.verify(
        password,
        known?.passwordHash ?? null,
        isOwn && known ? known.user.id : null,
      ),
    );
    if (!known || !isRight) {
      await this.record('SIGN_IN_FAILED', known, client, email);
      throw failed();
    }
    this.forgive(attempts);
    if (passwords.isOutdated(known.passwordHash)) {
      await users.rehash(
        known.user.id,
        known.passwordHash,
        await passwords.hash(password, known.user.id),
      );
    }
    return known;
  }

  /** Nobody waits for it, what follows least of all: where it fails, one try more is counted than was wrong. */
  private forgive(attempts: readonly Attempt[]): void {
    const { attempts: counts, log } = this.parts;
    setImmediate(() => {
      counts.forgive(attempts).catch((err: unknown) => log.warn({ err }, 'a try is still counted'));
    });
  }

  private record(
    kind: 'SIGN_IN_FAILED' | 'SIGN_IN_LIMITED',
    known: Credentials | null,
    client: Client,
    email: EmailAddress | null,
  ): Promise<void> {
    const { recordSecurityEvent, clock } = this.parts;
    const event = eventBy(client, {
      ...{ kind, at: clock(), userId: known?.user.id ?? null, sessionId: null },
      details: email ? { email: maskEmail(email.address) } : {},
    });
    return recordSecurityEvent(event);
  }
}

interface Try {
  attempts: readonly Attempt[];
  /** Whether a session or a device that has signed in before is the account's own. */
  isOwn: boolean;
  client: Client;
  /** As it was typed; null for somebody who is signed in. */
  email: EmailAddress | null;
}

const ownDevice = (account: string, device: Buffer): Attempt[] => [
  { limit: BY_DEVICE, key: `${account}:${device.toString('base64url')}` },
];

/** The narrowest first. */
const strangers = (account: string, { address }: Client): Attempt[] => [
  ...onAccount(account, address),
  ...byNetwork(BY_NETWORK, address),
];

const onAccount = (account: string, address: string): Attempt[] => [
  { limit: BY_ACCOUNT_AND_NETWORK, key: `${account}:${networkOf(address)}` },
  { limit: BY_ACCOUNT, key: account },
];

const failed = (): SpyhopError =>
  new SpyhopError(
    'SIGN_IN_FAILED',
    'E-mail address and password do not belong together; if you have just registered, follow the link in the mail first.',
  );
