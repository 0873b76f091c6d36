import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { KeptEntities } from '../execute/kept-entities';
import type { SubgraphAnswer } from '../execute/subgraph-client';
import { type RouterMetrics, showFigure } from '../metrics';
import type { CacheStatus } from './cache-headers';
import { EntityCache, type EntityLookup } from './entity-cache';
import type { CachePlanner } from './planner';
import type { PolicyLimits } from './policy-limits';
import {
  type CacheRequest,
  ResponseCache,
  type RunQuery,
  type ServedAnswer,
} from './response-cache';
import { CacheStore } from './store';
import type { TagFormats } from './tag-formats';

interface RouterCacheOptions {
  /** What this process keeps at most, bytes. */
  memoryBytes: number;
  /** Larger bodies are not kept, bytes. */
  bodyBytes: number;
  /** Nothing is kept for longer, seconds. */
  maxTtlSeconds: number;
  /** Shared by all routers; null: this one keeps its own. */
  redis: RedisSpace | null;
  metrics: RouterMetrics;
  clock: Clock;
  log: Log;
}

/** A Redis that is slower than this does not make answers faster. */
const REDIS_PATIENCE_MS = 250;

type EntitySource = Pick<KeptEntities, 'ask' | 'isAlike'> & { limits: PolicyLimits };

/** What one router keeps: answers, and entities that answers are made of. */
export class RouterCache {
  private readonly store: CacheStore;
  private readonly responses: ResponseCache;
  private readonly entities: EntityCache;
  private formats: TagFormats | null = null;

  constructor(private readonly options: RouterCacheOptions) {
    const { bodyBytes: maxBodyBytes, clock } = options;
    this.store = new CacheStore({
      ...options,
      maxBodyBytes,
      redisPatienceMs: REDIS_PATIENCE_MS,
      standingFor: (tag) => this.formats?.standingFor(tag) ?? [tag],
    });
    this.responses = new ResponseCache(this.store, clock);
    this.entities = new EntityCache(this.store, clock);
    this.show();
  }

  /** The supergraph that is served from now on; what was kept of others is not found any more. */
  use({ formats }: CachePlanner): void {
    this.formats = formats;
  }

  /** Answers from the cache, or runs the query, once at a time; `name` is what the client calls it. Throws what `query` throws. */
  async answer(
    request: CacheRequest & { name: string | null },
    query: RunQuery,
  ): Promise<ServedAnswer> {
    const served = await this.responses.getOrRun(request, query);
    const { metrics } = this.options;
    const name = metrics.nameOf(request.name);
    metrics.cacheAnswers.inc({ name, outcome: outcomeOf(served.status) });
    return served;
  }

  /** What is found makes the answer's limits stricter. */
  keptEntities({ ask, isAlike, limits }: EntitySource): KeptEntities {
    return {
      ask,
      isAlike,
      find: async (fetch, variables, representations) => {
        const used = Object.fromEntries(fetch.variables.map((name) => [name, variables[name]]));
        const found = await this.entities.lookup(fetch, JSON.stringify(used), representations);
        this.count(found);
        if (found.remainingSeconds !== null) {
          limits.restrict({ maxAgeSeconds: found.remainingSeconds, scope: 'PUBLIC' });
        }
        return { entities: found.entities, keep: (answer) => keep(found, answer) };
      },
    };
  }

  close(): void {
    this.store.close();
  }

  private show(): void {
    const { store } = this;
    const { registry } = this.options.metrics;
    const bytes = { name: 'router_cache_bytes', help: 'Bytes that are kept in memory, about' };
    const shared = { name: 'router_cache_shared', help: 'Whether Redis is in use now' };
    showFigure(registry, bytes, () => store.size);
    showFigure(registry, shared, () => Number(store.isShared));
  }

  private count({ tiers }: EntityLookup): void {
    for (const tier of tiers) {
      this.options.metrics.cacheEntities.inc({ outcome: tier ?? 'miss' });
    }
  }
}

function keep(found: EntityLookup, { data, errors, headers, policy }: SubgraphAnswer): void {
  const entities = data?.['_entities'];
  const isForAll = !headers && policy?.scope !== 'PRIVATE';
  if (errors?.length || !Array.isArray(entities) || !isForAll) return;
  found.store(entities, policy?.maxAgeSeconds);
}

function outcomeOf(status: CacheStatus): string {
  if (status.kind === 'hit') return status.tier;
  return status.kind === 'miss' && status.collapsed ? 'collapsed' : status.kind;
}
