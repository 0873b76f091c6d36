import { hash } from 'node:crypto';
import type { Clock } from '@spyhop/platform/clock';
import type { Identity } from '@spyhop/platform/identity';
import { bulkhead } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { EvaluatePolicies } from './authorise';

/** Who knows which policies hold for whom. Times in milliseconds. */
export interface PolicyEndpoint {
  url: string;
  /** Sent along, for instance to prove that it is the router who asks. */
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** For how long an answer holds, and how many answers are kept. A policy that is withdrawn holds that long still. */
  ttlMs: number;
  max: number;
  clock: Clock;
}

const Granted = z.object({ granted: z.array(z.string()) });

const MAX_ANSWER_BYTES = 65_536;
/** Requests under way at a time, and how many more wait for their turn. */
const CONCURRENCY = 32;
const QUEUE = 256;

/**
 * Asks an HTTP endpoint which policies hold: POST
 * `{"policies", "subject", "scopes", "roles", "claims"}`, whose subject is null for somebody without an
 * identity, which answers 200 with `{"granted": [...]}`. Equal questions are asked once within `ttlMs`.
 * What is made throws when there is no such answer; that is not kept.
 */
export function askForPolicies(endpoint: PolicyEndpoint): EvaluatePolicies {
  const { url, headers, timeoutMs, ttlMs, max, clock } = endpoint;
  const dispatcher = new Agent({ connections: CONCURRENCY, maxResponseSize: MAX_ANSWER_BYTES });
  const limit = bulkhead(CONCURRENCY, QUEUE);
  const ask = async (body: string): Promise<ReadonlySet<string>> => {
    const answer = await request(url, {
      dispatcher,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`HTTP status ${answer.statusCode}`);
    return new Set(Granted.parse(JSON.parse(text)).granted);
  };
  const known = new LRUCache<string, ReadonlySet<string>, string>({
    max,
    ttl: ttlMs,
    ttlResolution: 0,
    perf: { now: clock },
    fetchMethod: (_key, _stale, { context }) => limit.execute(() => ask(context)),
    // Whoever waits for an answer gets it, also where it is no longer kept.
    ignoreFetchAbort: true,
  });
  return (policies, identity) => {
    const body = questionOf(policies.toSorted(), identity);
    return known.forceFetch(hash('sha256', body, 'base64'), { context: body });
  };
}

const questionOf = (policies: readonly string[], identity: Identity | null): string =>
  JSON.stringify({
    policies,
    subject: identity?.subject ?? null,
    scopes: [...(identity?.scopes ?? [])],
    roles: [...(identity?.roles ?? [])],
    claims: identity?.claims ?? {},
  });
