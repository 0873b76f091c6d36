import { SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import { type Log, withoutCredentials } from '@spyhop/platform/log';
import { type Remembering, rememberIdentities } from '@spyhop/platform/remember-identities';
import { bulkhead } from 'cockatiel';
import { Agent, request } from 'undici';
import { z } from 'zod';

/**
 * Says whose a key is that is used from a network address (empty where unknown); null for nobody's, or one that may not
 * be used from there. Throws UPSTREAM_UNAVAILABLE when it cannot tell.
 */
export type VerifyApiKey = (key: string, address: string) => Promise<Identity | null>;

/** Asks `verify` once per key, address and `ttlMs`: of what nobody says that it is revoked, a key works that long still. */
export function rememberApiKeys(verify: VerifyApiKey, options: Remembering): VerifyApiKey {
  const remembered = rememberIdentities(async (used) => {
    const [address = '', key = ''] = splitAt(used, used.indexOf(' '));
    const askedAt = options.clock();
    const identity = await verify(key, address);
    if (!identity) return { identity, expiresAt: null };
    return { identity: { ...identity, issuedAt: askedAt }, expiresAt: identity.expiresAt };
  }, options);
  return (key, address) => remembered(`${address} ${key}`);
}

const splitAt = (text: string, at: number): string[] => [text.slice(0, at), text.slice(at + 1)];

/** Who knows the keys. */
export interface ApiKeyEndpoint {
  url: string;
  /** Sent along, for instance to prove that it is the router who asks. */
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  log: Log;
}

const Owner = z.object({
  subject: z.string().min(1),
  scopes: z.array(z.string()).default([]),
  roles: z.array(z.string()).default([]),
  claims: z.record(z.string(), z.unknown()).default({}),
  /** ISO 8601. */
  expiresAt: z.iso.datetime({ offset: true }).nullish(),
});

const UNKNOWN_KEY = new Set([401, 403, 404]);
const MAX_ANSWER_BYTES = 65_536;
/** Requests under way at a time, and how many more wait for their turn. */
const CONCURRENCY = 32;
const QUEUE = 256;

/**
 * Asks an HTTP endpoint whose a key is: POST `{"key": "...", "address": "..."}`, which answers 200 with
 * `{"subject", "scopes", "roles", "claims", "expiresAt"}`, of which only the subject is required,
 * or 401, 403 or 404 for a key that is nobody's, or may not be used from that network address (empty where unknown).
 * Among the claims, `key_id` is what the key is revoked by.
 */
export function askForApiKeys({ url, headers, timeoutMs, log }: ApiKeyEndpoint): VerifyApiKey {
  const dispatcher = new Agent({ connections: CONCURRENCY, maxResponseSize: MAX_ANSWER_BYTES });
  const limit = bulkhead(CONCURRENCY, QUEUE);
  const ask: VerifyApiKey = async (key, address) => {
    const { statusCode, body } = await request(url, {
      dispatcher,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ key, address }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await body.text();
    if (UNKNOWN_KEY.has(statusCode)) return null;
    if (statusCode !== 200) throw new Error(`HTTP status ${statusCode}`);
    return identityOf(Owner.parse(JSON.parse(text)));
  };
  return async (key, address) => {
    try {
      return await limit.execute(() => ask(key, address));
    } catch (err) {
      log.warn({ err, url: withoutCredentials(url) }, 'API keys cannot be verified');
      throw new SpyhopError('UPSTREAM_UNAVAILABLE', 'Keys cannot be verified now; retry later.');
    }
  };
}

const identityOf = (owner: z.infer<typeof Owner>): Identity => ({
  subject: owner.subject,
  scopes: new Set(owner.scopes),
  roles: new Set(owner.roles),
  claims: owner.claims,
  expiresAt: owner.expiresAt == null ? null : Date.parse(owner.expiresAt),
});
