import type { Clock } from '@spyhop/platform/clock';
import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import type { FactorState } from '../rules/second-factor';
import type { RecordSecurityEvent } from '../rules/security-event';
import type { Client } from '../rules/session';
import { type Whose, recordFactorEvent } from './factor-events';
import { countFactors, renewRecoveryCodes } from './recovery-codes';

/** What second factors take. */
export interface SecondFactorParts {
  /** Sees rows of the user only in whose name it asks. */
  prisma: PrismaClient;
  /** Sees the rows of all. */
  system: PrismaClient;
  recordSecurityEvent: RecordSecurityEvent;
  clock: Clock;
}

/** What of second factors somebody has set up. */
export class SecondFactors {
  constructor(private readonly parts: SecondFactorParts) {}

  /** In one query: everybody who signs in with a password waits for it. */
  async of(userId: string): Promise<FactorState> {
    const [state] = await this.parts.system.$queryRaw<FactorState[]>`
      SELECT EXISTS (SELECT FROM users.totp WHERE user_id = ${userId}::uuid) AS totp,
        (SELECT count(*)::int FROM users.passkey WHERE user_id = ${userId}::uuid) AS passkeys,
        (SELECT count(*)::int FROM users.recovery_code WHERE user_id = ${userId}::uuid) AS "recoveryCodes"`;
    return state ?? { totp: false, passkeys: 0, recoveryCodes: 0 };
  }

  /** Null where there is no second factor that they could take the place of. */
  async renewRecoveryCodes(whose: Whose, client: Client): Promise<string[] | null> {
    const { userId } = whose;
    const codes = await asUser(this.parts.prisma, userId, async (transaction) => {
      const count = await countFactors(transaction, userId);
      return count === 0 ? null : renewRecoveryCodes(transaction, userId);
    });
    if (codes) await recordFactorEvent(this.parts, 'RECOVERY_CODES_RENEWED', whose, client);
    return codes;
  }
}
