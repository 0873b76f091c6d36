import { hash } from 'node:crypto';
import type { Clock } from '@spyhop/platform/clock';
import { canonicalJson } from '../plan/canonical-json';
import { type CacheHeaders, type CacheStatus, cacheHeaders } from './cache-headers';
import type { Mark } from './invalidated';
import type { CacheableOperation } from './planner';
import type { CachePolicy } from './policy';
import { PolicyLimits } from './policy-limits';
import type { CacheStore, FoundEntry } from './store';

/** A query that may be answered from the cache. */
export interface CacheRequest {
  operation: CacheableOperation;
  /** Coerced, defaults included. */
  variables: Readonly<Record<string, unknown>>;
  /** Equal for those who see the same, see `IdentityKeys`; null for nobody, who gets nothing private. */
  identityKey: string | null;
}

/** What running the query gave. */
export interface FreshAnswer {
  body: Buffer;
  /** An answer with errors is not kept. */
  hasErrors: boolean;
  tags: readonly string[];
}

/** A whole response body, as it is to be sent. */
export interface ServedAnswer {
  body: Buffer;
  hasErrors: boolean;
  headers: CacheHeaders;
  status: CacheStatus;
}

/** Runs the query; subgraphs and cached entities may restrict for how long and for whom its answer is kept. */
export type RunQuery = (limits: PolicyLimits) => Promise<FreshAnswer>;

/** What one look-up came to, for all who waited for it. */
type Outcome = { found: FoundEntry } | Run;

interface Run {
  found: null;
  answer: FreshAnswer;
  /** Null for what is not kept. */
  policy: CachePolicy | null;
  /** When it began. */
  mark: Mark;
  /** Others that asked for the same may have it. */
  isShareable: boolean;
}

/** Answers queries with what was answered before, where their policies allow it. */
export class ResponseCache {
  private readonly underWay = new Map<string, Promise<Outcome>>();
  /** Of variables that come again as the same object. */
  private readonly publicKeys = new WeakMap<
    CacheRequest['variables'],
    { operation: CacheableOperation; key: string }
  >();

  constructor(
    private readonly store: CacheStore,
    private readonly clock: Clock,
  ) {}

  /** What is kept for the request; null for nothing. Never throws. */
  async get(request: CacheRequest): Promise<ServedAnswer | null> {
    const key = this.keyOf(request);
    const found = key === null ? undefined : await this.store.get(key);
    return found ? this.hit(found, request) : null;
  }

  /** Answers from the cache, or runs the query, in this process once at a time. Throws what `query` throws. */
  async getOrRun(request: CacheRequest, query: RunQuery): Promise<ServedAnswer> {
    const key = this.keyOf(request);
    const { policy } = request.operation;
    if (key === null) return bypassed(await query(new PolicyLimits(policy)));
    const known = this.store.peek(key);
    if (known) return this.hit(known, request);
    const arrived = this.store.mark();
    for (let first = this.underWay.get(key); first; first = this.underWay.get(key)) {
      const outcome = await first;
      if (outcome.found) return this.hit(outcome.found, request);
      if (!outcome.isShareable) break;
      if (this.isFreshFor(arrived, outcome)) return missed(outcome, true);
    }
    const outcome = await this.lookUp(key, policy, query);
    return outcome.found ? this.hit(outcome.found, request) : missed(outcome, false);
  }

  /** Null for what is not to be kept. */
  private keyOf(request: CacheRequest): string | null {
    const { operation, variables, identityKey } = request;
    const { maxAgeSeconds, scope } = operation.policy;
    if (maxAgeSeconds === 0) return null;
    if (scope === 'PRIVATE') return identityKey === null ? null : hashOf(request, identityKey);
    const known = this.publicKeys.get(variables);
    if (known?.operation === operation) return known.key;
    const key = hashOf(request, null);
    this.publicKeys.set(variables, { operation, key });
    return key;
  }

  private lookUp(key: string, policy: CachePolicy, query: RunQuery): Promise<Outcome> {
    const outcome = this.findOrRun(key, policy, query).finally(() => {
      if (this.underWay.get(key) === outcome) this.underWay.delete(key);
    });
    this.underWay.set(key, outcome);
    return outcome;
  }

  private async findOrRun(key: string, policy: CachePolicy, query: RunQuery): Promise<Outcome> {
    const found = await this.store.get(key);
    return found ? { found } : this.run(key, policy, query);
  }

  private async run(key: string, policy: CachePolicy, query: RunQuery): Promise<Run> {
    const mark = this.store.mark();
    const limits = new PolicyLimits(policy);
    const answer = await query(limits);
    const { scope, maxAgeSeconds } = limits.policy;
    const isShareable = scope === policy.scope && maxAgeSeconds > 0;
    const { tags, body } = answer;
    const [kept] =
      isShareable && !answer.hasErrors
        ? this.store.set([{ key, maxAgeSeconds, tags, body }], mark)
        : [];
    const storedAs = kept ? { scope, maxAgeSeconds: kept.entry.maxAgeSeconds } : null;
    return { found: null, answer, policy: storedAs, mark, isShareable };
  }

  /** What was invalidated while it was being read may be older than a request that came later. */
  private isFreshFor(arrived: Mark, { mark, answer }: Run): boolean {
    return mark >= arrived || !this.store.isInvalidatedSince(mark, answer.tags);
  }

  private hit({ entry, tier }: FoundEntry, { operation }: CacheRequest): ServedAnswer {
    const { maxAgeSeconds, body } = entry;
    const { scope } = operation.policy;
    const age = Math.max(0, Math.floor((this.clock() - entry.storedAt) / 1_000));
    const status: CacheStatus = { kind: 'hit', tier };
    const headers = cacheHeaders(status, { maxAgeSeconds, scope }, age);
    return { body, hasErrors: false, headers, status };
  }
}

/** Of fixed length, whatever the request's size. */
const hashOf = ({ operation, variables }: CacheRequest, who: string | null): string =>
  hash('sha256', JSON.stringify([operation.key, canonicalJson(variables), who]), 'base64url');

function missed({ answer: { body, hasErrors }, policy }: Run, collapsed: boolean): ServedAnswer {
  const status: CacheStatus = { kind: 'miss', stored: policy !== null, collapsed };
  return { body, hasErrors, headers: cacheHeaders(status, policy, 0), status };
}

function bypassed({ body, hasErrors }: FreshAnswer): ServedAnswer {
  const status: CacheStatus = { kind: 'bypass' };
  return { body, hasErrors, headers: cacheHeaders(status, null, 0), status };
}
