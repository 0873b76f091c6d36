import type { Clock } from './clock';
import type { Identity } from './identity';
import type { Revocation } from './identity-revocation';
import { LRUCache } from 'lru-cache';

/** Revocations of a kind that are remembered; of more, the oldest are forgotten. */
const MOST = 100_000;

/** Which credentials are no longer valid, although nothing about them says so. */
export class Revoked {
  private readonly keys: LRUCache<string, true>;
  private readonly sessions: LRUCache<string, true>;
  private readonly signers: LRUCache<string, true>;
  /** Epoch ms at which what a subject had was revoked. */
  private readonly subjects: LRUCache<string, number>;

  constructor(private readonly clock: Clock) {
    const options = { max: MOST, ttlResolution: 0, perf: { now: clock } };
    this.keys = new LRUCache(options);
    this.sessions = new LRUCache(options);
    this.signers = new LRUCache(options);
    this.subjects = new LRUCache(options);
  }

  add({ keys, sessions, signers, subjects, at, until }: Revocation): void {
    const ttl = until - this.clock();
    if (ttl <= 0) return;
    for (const key of keys) this.keys.set(key, true, { ttl });
    for (const session of sessions) this.sessions.set(session, true, { ttl });
    for (const signer of signers) this.signers.set(signer, true, { ttl });
    for (const subject of subjects) {
      const latest = Math.max(at, this.subjects.get(subject) ?? 0);
      this.subjects.set(subject, latest, { ttl });
    }
  }

  has({ subject, claims, issuedAt = 0, signedBy }: Identity): boolean {
    return (
      issuedAt <= (this.subjects.get(subject) ?? -Infinity) ||
      this.sessions.has(String(claims['sid'])) ||
      this.keys.has(String(claims['key_id'])) ||
      (signedBy !== undefined && this.hasSigner(signedBy))
    );
  }

  /** A token need not say what has signed it, and whoever forges one would not. */
  private hasSigner(signer: string): boolean {
    if (signer !== '') return this.signers.has(signer);
    this.signers.purgeStale();
    return this.signers.size > 0;
  }
}
