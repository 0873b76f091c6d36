import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import type { FactorState } from '../rules/second-factor';
import type { Client, InSession } from '../rules/session';
import type { FactorEvents } from './factor-events';
import { lockOwnerInSession } from './owner-lock';
import { countFactors, renewRecoveryCodes } from './recovery-codes';

/** What second factors take. */
export interface SecondFactorParts {
  /** Sees rows of the user only in whose name it asks. */
  prisma: PrismaClient;
  /** Sees the rows of all. */
  system: PrismaClient;
  events: FactorEvents;
}

/** What of second factors somebody has set up. */
export class SecondFactors {
  constructor(private readonly parts: SecondFactorParts) {}

  /** In one query. */
  async of(userId: string): Promise<FactorState> {
    const [state] = await this.parts.system.$queryRaw<FactorState[]>`
      SELECT EXISTS (SELECT FROM users.totp WHERE user_id = ${userId}::uuid) AS totp,
        (SELECT count(*)::int FROM users.passkey WHERE user_id = ${userId}::uuid) AS passkeys,
        (SELECT count(*)::int FROM users.recovery_code WHERE user_id = ${userId}::uuid) AS "recoveryCodes"`;
    return state ?? { totp: false, passkeys: 0, recoveryCodes: 0 };
  }

  /** Null where there is no second factor that they could take the place of. Throws SESSION_ENDED. */
  renewRecoveryCodes(whose: InSession, client: Client): Promise<string[] | null> {
    const { prisma, events } = this.parts;
    const { userId } = whose;
    return events.recordWith('RECOVERY_CODES_RENEWED', whose, client, (also) =>
      asUser(prisma, userId, async (transaction) => {
        await lockOwnerInSession(transaction, whose);
        if ((await countFactors(transaction, userId)) === 0) return null;
        await also(transaction);
        return renewRecoveryCodes(transaction, userId);
      }),
    );
  }
}
