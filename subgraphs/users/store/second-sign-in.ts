import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import type { RedisSpace } from '@spyhop/platform/redis';
import { z } from 'zod';
import {
  type Delivery,
  type SecondFactorMethod,
  type SecondProof,
  methodsOf,
} from '../rules/second-factor';
import type { Client } from '../rules/session';
import type { Proved } from '../rules/user';
import type { Passkeys } from './passkeys';
import type { SecondFactorProof } from './second-factor-proof';
import { ShortLived } from './short-lived';
import type { SigningIn, UserStore } from './users';

/** What signing in with a second factor takes. */
export interface SecondSignInParts {
  users: UserStore;
  secondProof: SecondFactorProof;
  passkeyProofs: Passkeys;
  redis: RedisSpace;
  clock: Clock;
}

/** What is asked of somebody whose password is right. */
export interface SecondFactorRequest {
  /** Opaque; stands for the password that was right. */
  challenge: string;
  methods: SecondFactorMethod[];
  /** What a browser asks for a passkey with; null without any. */
  passkeyOptions: unknown;
}

const Pending = z.object({
  userId: z.uuid(),
  passwordAt: z.number(),
  delivery: z.enum(['COOKIE', 'BODY']),
});

const CHALLENGE_BYTES = 32;
const PENDING_MS = 5 * 60_000;

/** Takes the second step of signing in. Before it is taken there is neither a session nor a token. */
export class SecondSignIn {
  private readonly pending: ShortLived<z.output<typeof Pending>>;

  constructor(private readonly parts: SecondSignInParts) {
    const options = { name: 'second-sign-in', fact: Pending, countsMs: PENDING_MS };
    this.pending = new ShortLived(parts.redis, parts.clock, options);
  }

  /** For somebody whose password is right; null where that is all. */
  async request(
    { user: { id: userId }, passwordAt, factors }: SigningIn,
    delivery: Delivery,
  ): Promise<SecondFactorRequest | null> {
    const { passkeyProofs } = this.parts;
    const methods = methodsOf(factors);
    if (methods.length === 0) return null;
    const challenge = randomBytes(CHALLENGE_BYTES).toString('base64url');
    await this.pending.put(challenge, { userId, passwordAt, delivery });
    const passkeyOptions = methods.includes('PASSKEY')
      ? await passkeyProofs.optionsBesidePassword(signedBytesOf(challenge), userId)
      : null;
    return { challenge, methods, passkeyOptions };
  }

  /**
   * Who has proved twice who they are. Throws CHALLENGE_INVALID for a challenge that was used, is too old or unknown, or
   * stands for a password that was changed, and SECOND_FACTOR_FAILED, RATE_LIMITED, after which it may be tried again.
   */
  async confirm(
    challenge: string,
    proof: SecondProof,
    client: Client,
  ): Promise<{ proved: Proved; delivery: Delivery }> {
    const { users, secondProof } = this.parts;
    const pending = await this.pending.peek(challenge);
    const known = pending && (await users.credentials(pending.userId));
    if (!known || known.passwordAt !== pending.passwordAt) throw invalid();
    const { user, passwordAt } = known;
    const method = await secondProof.check(proof, {
      whose: { userId: user.id, sessionId: null },
      client,
      challenge: Buffer.from(signedBytesOf(challenge)).toString('base64url'),
    });
    // Of two at once with a proof each, one is let in.
    if (!(await this.pending.take(challenge))) throw invalid();
    return {
      proved: { user, amr: ['pwd', method, 'mfa'], passwordAt },
      delivery: pending.delivery,
    };
  }
}

/** What a passkey signs: not the challenge itself, which stands for the password. */
const signedBytesOf = (challenge: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(`passkey:${challenge}`).digest());

const invalid = (): SpyhopError =>
  new SpyhopError('CHALLENGE_INVALID', 'The challenge was used or is too old; sign in again.');
