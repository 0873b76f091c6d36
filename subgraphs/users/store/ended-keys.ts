import { revokeIdentities } from '@spyhop/platform/identity-revocation';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { PrismaClient } from '@spyhop/prisma/client';
import { REMEMBERED_MS } from './api-keys';
import { revocable } from './revocable';

/**
 * Keys that have run out. A router learns a key's end when it is shown; where its owner has brought the end forward
 * since, the router would go on believing it, on an open connection for as long as that lasts.
 */
export class EndedKeys {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly redis: RedisSpace,
  ) {}

  /** Those whose end lies behind the first time and not behind the second, epoch ms. */
  async revoke(after: number, now: number): Promise<void> {
    const rows = await this.prisma.apiKey.findMany({
      where: { expiresAt: { gt: new Date(after), lte: new Date(now) } },
      select: { id: true },
    });
    for (const keys of revocable(rows.map(({ id }) => id))) {
      await revokeIdentities(this.redis, { keys, at: now, until: now + REMEMBERED_MS });
    }
  }
}
