import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import type { Place } from '../rules/page';
import type { Session } from '../rules/session';
import { behind } from './keyset';
import { sessionOf } from './sessions';

/** What users see of their own sessions. */
export class OwnSessions {
  constructor(private readonly prisma: PrismaClient) {}

  /** Those that are not over, the newest first; at most `limit`. */
  async list(
    userId: string,
    { after, limit, now }: { after: Place | null; limit: number; now: number },
  ): Promise<Session[]> {
    const rows = await asUser(this.prisma, userId, (transaction) =>
      transaction.session.findMany({
        where: {
          ...{ userId, endedAt: null, expiresAt: { gt: new Date(now) } },
          ...(after && { OR: behind(after, 'gt') }),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(sessionOf);
  }
}
