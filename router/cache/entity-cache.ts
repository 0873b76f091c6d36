import { hash } from 'node:crypto';
import { type Data, isObject } from '../execute/data';
import type { CacheableFetch } from './planner';
import type { CacheStore, FoundEntry } from './store';
import type { Clock } from '@spyhop/platform/clock';

/** What was found for one fetch. */
export interface EntityLookup {
  /** In the order asked: the entity, null where there is none of that key, undefined where it must be fetched. */
  entities: readonly (Data | null | undefined)[];
  /** Where each was found; null for those that must be fetched. */
  tiers: readonly (FoundEntry['tier'] | null)[];
  /** For how long all that was found may still be used, seconds; null where nothing was. */
  remainingSeconds: number | null;
  /**
   * Keeps what was fetched for those that were undefined, in their order. Only for answers without errors.
   * `maxAgeSeconds`: what the subgraph itself allows, where it says so.
   */
  store(fetched: readonly unknown[], maxAgeSeconds?: number): void;
}

/** Keeps what subgraphs say of entities. Not for mutations: they read what they have written. */
export class EntityCache {
  constructor(
    private readonly cache: CacheStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks for all representations at once. `variables` is the JSON of the fetch's other variables, `representations`
   * that of each, as they are sent. What is returned belongs to the caller. Never throws.
   */
  async lookup(
    fetch: CacheableFetch,
    variables: string,
    representations: readonly string[],
  ): Promise<EntityLookup> {
    const mark = this.cache.mark();
    const keys = representations.map((representation) =>
      hash('sha256', JSON.stringify([fetch.key, variables, representation]), 'base64url'),
    );
    const found = await this.cache.getMany(keys);
    const expiries = found.flatMap((known) => (known ? [this.remaining(known.entry)] : []));
    return {
      entities: found.map((known) => known && readEntity(known.entry.body)),
      tiers: found.map((known) => known?.tier ?? null),
      remainingSeconds: expiries.length > 0 ? Math.min(...expiries) : null,
      store: (fetched, maxAgeSeconds = fetch.maxAgeSeconds) => {
        const missing = keys.flatMap((_, index) => (found[index] ? [] : [index]));
        const entries = missing.map((index, turn) => ({
          key: keys[index] ?? '',
          maxAgeSeconds: Math.min(maxAgeSeconds, fetch.maxAgeSeconds),
          tags: tagsOf(fetch, representations[index] ?? 'null', fetched[turn]),
          body: Buffer.from(JSON.stringify(fetched[turn] ?? null)),
        }));
        if (fetched.length === missing.length) this.cache.set(entries, mark);
      },
    };
  }

  private remaining({ storedAt, maxAgeSeconds }: { storedAt: number; maxAgeSeconds: number }) {
    return Math.max(0, maxAgeSeconds - Math.ceil((this.clock() - storedAt) / 1_000));
  }
}

function readEntity(body: Buffer): Data | null {
  const entity = JSON.parse(body.toString()) as unknown;
  return isObject(entity) ? entity : null;
}

function tagsOf(fetch: CacheableFetch, representation: string, entity: unknown): string[] {
  const values = JSON.parse(representation) as unknown;
  return isObject(values) ? fetch.tagsOf(values, entity) : [];
}
