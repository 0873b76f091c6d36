import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import type { RedisSpace } from '@spyhop/platform/redis';
import { SealBroken } from '@spyhop/platform/secret-box';
import { z } from 'zod';
import type { Client, InSession } from '../rules/session';
import { type TotpSetUp, stepOf, totpSetUp } from '../rules/totp';
import type { User } from '../rules/user';
import type { FactorEvents } from './factor-events';
import { ShortLived } from './short-lived';
import type { TotpStore } from './totp-store';

/** What setting up an app that shows codes takes. */
export interface TotpEnrolmentParts {
  totp: TotpStore;
  redis: RedisSpace;
  /** 20 random bytes. */
  newTotpSeed: () => Uint8Array;
  events: FactorEvents;
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
   * Throws SECOND_FACTOR_FAILED, SESSION_ENDED, and CHALLENGE_INVALID where nothing waits for a code.
   */
  async confirm(whose: InSession, code: string, client: Client): Promise<string[]> {
    const { totp, events, clock } = this.parts;
    const { userId } = whose;
    const pending = await this.pending.peek(userId);
    if (pending === null) throw nothingPending();
    const seed = this.opened(userId, pending);
    if (seed === null) throw nothingPending();
    const lastStep = stepOf(seed, code, clock());
    if (lastStep === null) throw wrongCode();
    if ((await this.pending.take(userId)) !== pending) throw nothingPending();
    const values = { seed, lastStep, now: clock() };
    return events.recordWith('TOTP_SET_UP', whose, client, (also) =>
      totp.save(whose, values, also),
    );
  }

  /** False where there is none. Throws SESSION_ENDED. */
  remove(whose: InSession, client: Client): Promise<boolean> {
    const { totp, events } = this.parts;
    return events.recordWith('TOTP_REMOVED', whose, client, (also) => totp.remove(whose, also));
  }

  /** Null for what a key has sealed that was taken off since. */
  private opened(userId: string, pending: string): Buffer | null {
    try {
      return this.parts.totp.open(userId, pending);
    } catch (err) {
      if (err instanceof SealBroken) return null;
      throw err;
    }
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
