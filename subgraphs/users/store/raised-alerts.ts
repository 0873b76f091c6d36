import type { SecurityEventRaised } from '@spyhop/platform/topics';
import type { PrismaClient } from '@spyhop/prisma/client';
import { type Transaction, asUser } from '@spyhop/prisma/row-owner';
import type { Place } from '../rules/page';

interface Range {
  after: Place | null;
  limit: number;
}

/** What was raised, as its owner and administrators see it. */
export class RaisedAlerts {
  constructor(
    /** Sees rows of the user only in whose name it asks. */
    private readonly prisma: PrismaClient,
    private readonly system: PrismaClient,
  ) {}

  /** Of one user, in that user's name; the newest first. */
  own(userId: string, range: Range): Promise<SecurityEventRaised[]> {
    return asUser(this.prisma, userId, (transaction) => list(transaction, { userId }, range));
  }

  /** Of one user, or of all; the newest first. */
  ofAll(filter: { userId?: string }, range: Range): Promise<SecurityEventRaised[]> {
    return list(this.system, filter, range);
  }
}

async function list(
  client: Pick<Transaction, 'securityAlert'>,
  filter: { userId?: string },
  { after, limit }: Range,
): Promise<SecurityEventRaised[]> {
  const rows = await client.securityAlert.findMany({
    where: { ...filter, ...(after && { id: { lt: BigInt(after.id) } }) },
    orderBy: { id: 'desc' },
    take: limit,
  });
  return rows.map(({ id, kind, at, userId, address, userAgent, details }) => ({
    id: String(id),
    at: at.getTime(),
    ...{ kind, userId, address, userAgent },
    details: details as Record<string, string>,
  }));
}
