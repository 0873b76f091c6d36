import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import type { RedisSpace } from '@spyhop/platform/redis';
import { z } from 'zod';
import type { RecordSecurityEvent } from '../rules/security-event';
import type { Client } from '../rules/session';
import { type TotpSetUp, stepOf, totpSetUp } from '../rules/totp';
import type { User } from '../rules/user';
import { type Whose, recordFactorEvent } from './factor-events';
import { ShortLived } from './short-lived';
import type { TotpStore } from './totp-store';

/** What setting up an app that shows codes takes. */
export interface TotpEnrolmentParts {
  totp: TotpStore;
  redis: RedisSpace;
  /** 20 random bytes. */
  newTotpSeed: () => Uint8Array;
  recordSecurityEvent: RecordSecurityEvent;
  clock: Clock;
}

/** For so long an app that was given a seed may prove that it has it. */
const PENDING_MS = 15 * 60_000;

/** Sets up and removes apps that show codes (RFC 6238). */
export class TotpEnrolment {
  /** Sealed seeds, by user. */
  private readonly pending: ShortLived<string>;

  constructor(private readonly parts: TotpEnrolmentParts) {
    const options = { name: 'totp-pending', fact: z.string(), countsMs: PENDING_MS };
    this.pending = new ShortLived(parts.redis, parts.clock, options);
  }

  /** A new seed; nothing changes before a code proves that an app has it. */
  async begin({ id, email }: User): Promise<TotpSetUp> {
    const { totp, newTotpSeed } = this.parts;
    const seed = newTotpSeed();
    await this.pending.put(id, totp.seal(id, seed));
    return totpSetUp(seed, email);
  }

  /**
   * Recovery codes in place of all before; an app from before counts no more.
   * Throws SECOND_FACTOR_FAILED, and CHALLENGE_INVALID where nothing waits for a code.
   */
  async confirm(whose: Whose, code: string, client: Client): Promise<string[]> {
    const { totp, clock } = this.parts;
    const { userId } = whose;
    const seed = await this.pending.peek(userId);
    if (seed === null) throw nothingPending();
    const lastStep = stepOf(totp.open(userId, seed), code, clock());
    if (lastStep === null) throw wrongCode();
    if ((await this.pending.take(userId)) !== seed) throw nothingPending();
    const codes = await totp.save(userId, { seed, lastStep, now: clock() });
    await recordFactorEvent(this.parts, 'TOTP_SET_UP', whose, client);
    return codes;
  }

  /** False where there is none. */
  async remove(whose: Whose, client: Client): Promise<boolean> {
    const isRemoved = await this.parts.totp.remove(whose.userId);
    if (isRemoved) await recordFactorEvent(this.parts, 'TOTP_REMOVED', whose, client);
    return isRemoved;
  }
}

const nothingPending = (): SpyhopError =>
  new SpyhopError(
    'CHALLENGE_INVALID',
    'No app waits to be confirmed, or no longer; set it up anew.',
  );

const wrongCode = (): SpyhopError =>
  new SpyhopError(
    'SECOND_FACTOR_FAILED',
    "The code is not the one that the app should show now; check the device's clock and try the next one.",
  );
