import type { RedisSpace } from '@spyhop/platform/redis';
import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import { placeOf } from '../rules/networks';

/** A key that was shown, right as it is. Time is epoch ms. */
export interface ApiKeyUse {
  id: string;
  userId: string;
  address: string;
  at: number;
}

/** What is to be done about a use. */
export interface UseNews {
  isNewPlace: boolean;
  /** Whether the database is to be told: once in a few minutes. */
  isDue: boolean;
}

const WRITE_EVERY_MS = 5 * 60_000;
/** Places that are remembered of one key, the last used ones, and for how long after the last use. */
const MOST_PLACES = 100;
const PLACES_MS = 180 * 86_400_000;
/** Of a key that is used from where it may not be, one use is told in this time. */
const TELL_EVERY_MS = 10 * 60_000;

/** When and from where keys are used. */
export class ApiKeyUses {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly redis: RedisSpace,
  ) {}

  async note({ id, address, at }: ApiKeyUse): Promise<UseNews> {
    const places = `api-key-places:${id}`;
    const [added, , , due] =
      (await this.redis.client
        .multi()
        .zadd(places, at, placeOf(address))
        .zremrangebyrank(places, 0, -1 - MOST_PLACES)
        .pexpire(places, PLACES_MS)
        .set(`api-key-noted:${id}`, '1', 'PX', WRITE_EVERY_MS, 'NX')
        .exec()) ?? [];
    return { isNewPlace: added?.[1] === 1, isDue: due?.[1] === 'OK' };
  }

  /** Whether a use from where the key may not be used is to be told. */
  async isWorthTelling(id: string): Promise<boolean> {
    const set = await this.redis.client.set(`api-key-told:${id}`, '1', 'PX', TELL_EVERY_MS, 'NX');
    return set === 'OK';
  }

  async write({ id, userId, address, at }: ApiKeyUse): Promise<void> {
    await asUser(this.prisma, userId, (tx) =>
      tx.apiKey.updateMany({
        where: { id, userId },
        data: { lastUsedAt: new Date(at), lastUsedAddress: address },
      }),
    );
  }
}
