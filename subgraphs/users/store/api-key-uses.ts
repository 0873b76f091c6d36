import type { RedisSpace } from '@spyhop/platform/redis';
import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import { LRUCache } from 'lru-cache';
import { REFUSALS_OF_KEYS } from '../rules/api-key';
import { placeOf, siteOf } from '../rules/networks';

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
/** The same use is not noted again for so long, of the last so many. */
const NOTED = { max: 10_000, ttl: 60_000 };
const NO_NEWS: UseNews = { isNewPlace: false, isDue: false };
/** Of a key that is refused for some reason, one use is told in this time … */
const TELL_EVERY_MS = 10 * 60_000;
/** … and of keys that nobody has, so many from one network: more than it takes to call it spraying. */
const MOST_UNKNOWN = 40;

const placesKey = (id: string): string => `api-key-places:${id}`;
const toldKey = (id: string, why: Refused): string => `api-key-told:${id}:${why}`;

type Refused = (typeof REFUSALS_OF_KEYS)[number];

/** When and from where keys are used. */
export class ApiKeyUses {
  private readonly noted = new LRUCache<string, true>(NOTED);

  constructor(
    private readonly prisma: PrismaClient,
    private readonly redis: RedisSpace,
  ) {}

  async note({ id, address, at }: ApiKeyUse): Promise<UseNews> {
    const [place, places] = [placeOf(address), placesKey(id)];
    if (this.noted.has(`${id} ${place}`)) return NO_NEWS;
    this.noted.set(`${id} ${place}`, true);
    const [added, , , due] =
      (await this.redis.client
        .multi()
        .zadd(places, at, place)
        .zremrangebyrank(places, 0, -1 - MOST_PLACES)
        .pexpire(places, PLACES_MS)
        .set(`api-key-noted:${id}`, '1', 'PX', WRITE_EVERY_MS, 'NX')
        .exec()) ?? [];
    return { isNewPlace: added?.[1] === 1, isDue: due?.[1] === 'OK' };
  }

  /** From where a key was used, and when last. */
  async places(id: string): Promise<{ place: string; lastAt: Date }[]> {
    const found = await this.redis.client.zrange(placesKey(id), 0, -1, 'WITHSCORES');
    return found.flatMap((place, at) =>
      at % 2 === 0 ? [{ place, lastAt: new Date(Number(found[at + 1])) }] : [],
    );
  }

  /** Of keys that are gone. */
  async forget(ids: readonly string[]): Promise<void> {
    const kept = ids.flatMap((id) => [
      ...[placesKey(id), `api-key-noted:${id}`],
      ...REFUSALS_OF_KEYS.map((why) => toldKey(id, why)),
    ]);
    if (kept.length > 0) await this.redis.client.unlink(...kept);
  }

  /** Whether it is to be told that a key was refused. */
  async isWorthTelling(id: string, why: Refused): Promise<boolean> {
    const set = await this.redis.client.set(toldKey(id, why), '1', 'PX', TELL_EVERY_MS, 'NX');
    return set === 'OK';
  }

  /** The same of a key that nobody has: of one network's, however large, each once and no more than some. */
  async isUnknownWorthTelling(id: string, address: string): Promise<boolean> {
    const { client } = this.redis;
    const shown = `unknown-api-keys:${siteOf(address)}`;
    if ((await client.scard(shown)) >= MOST_UNKNOWN) return false;
    const [added] =
      (await client.multi().sadd(shown, id).pexpire(shown, TELL_EVERY_MS).exec()) ?? [];
    return added?.[1] === 1;
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
