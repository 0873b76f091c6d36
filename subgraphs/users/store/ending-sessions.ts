import type { PrismaClient } from '@spyhop/prisma/client';
import type { SecurityLedger } from './security-ledger';

const AT_ONCE = 1_000;

/**
 * Ends what sessions there are, of one account or of all, for whoever has the database: batch by batch, each with its
 * entries in the audit log in one transaction. Yields the ids of those that were not over, of which access tokens are
 * still to be revoked.
 */
export async function* endSessions(
  system: PrismaClient,
  ledger: SecurityLedger,
  userId: string | null,
  now: number,
): AsyncGenerator<string[]> {
  for (let after: string | undefined; ;) {
    const rows: { id: string }[] = await system.session.findMany({
      where: {
        ...{ endedAt: null, expiresAt: { gt: new Date(now) } },
        ...(userId !== null && { userId }),
        ...(after !== undefined && { id: { gt: after } }),
      },
      orderBy: { id: 'asc' },
      take: AT_ONCE,
      select: { id: true },
    });
    after = rows.at(-1)?.id;
    if (after === undefined) return;
    yield await endThese(
      system,
      ledger,
      rows.map(({ id }) => id),
      now,
    );
  }
}

const endThese = (
  system: PrismaClient,
  ledger: SecurityLedger,
  ids: string[],
  now: number,
): Promise<string[]> =>
  system.$transaction(async (tx) => {
    const ended = await tx.session.updateManyAndReturn({
      where: { id: { in: ids }, endedAt: null },
      data: { endedAt: new Date(now), endReason: 'ENDED' },
      select: { id: true, userId: true },
    });
    await ledger.recordWithin(
      tx,
      ...ended.map(({ id: sessionId, userId }) => ({
        ...{ kind: 'SESSION_ENDED' as const, at: now, userId, actorId: null, sessionId },
        ...{ address: '', userAgent: 'npm run users', details: {} },
      })),
    );
    return ended.map(({ id }) => id);
  });
