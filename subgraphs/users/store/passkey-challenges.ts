import { randomBytes } from 'node:crypto';
import type { Clock } from '@spyhop/platform/clock';
import type { RedisSpace } from '@spyhop/platform/redis';
import { z } from 'zod';
import { ShortLived } from './short-lived';

const Purpose = z.object({
  kind: z.enum(['REGISTER', 'SIGN_IN', 'REAUTHENTICATE']),
  /** In which session; null before there is one. */
  sessionId: z.uuid().nullable(),
});

/** What a challenge was given for; it counts for nothing else. */
export type ChallengePurpose = z.output<typeof Purpose>;

/** Web Authentication Level 3, section 13.4.3 wants 16 at least. */
const CHALLENGE_BYTES = 32;
export const CHALLENGE_MS = 5 * 60_000;

/** Challenges of WebAuthn: each counts once, for a few minutes, for what it was given for. */
export class PasskeyChallenges {
  private readonly open: ShortLived<ChallengePurpose>;

  constructor(redis: RedisSpace, clock: Clock) {
    const options = { name: 'passkey-challenge', fact: Purpose, countsMs: CHALLENGE_MS };
    this.open = new ShortLived(redis, clock, options);
  }

  async give(purpose: ChallengePurpose): Promise<Uint8Array<ArrayBuffer>> {
    const challenge = randomBytes(CHALLENGE_BYTES);
    await this.open.put(challenge.toString('base64url'), purpose);
    return new Uint8Array(challenge);
  }

  /** False for one that was taken before, is too old or unknown, or was given for something else. */
  async take(challenge: string, purpose: ChallengePurpose): Promise<boolean> {
    const given = await this.open.take(challenge);
    return given?.kind === purpose.kind && given.sessionId === purpose.sessionId;
  }
}
