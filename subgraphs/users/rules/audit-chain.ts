import { createHash, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AuditEntry } from './audit-entry';

/** Where a chain stands: its last entry and that entry's hash. */
export interface ChainHead {
  sequence: number;
  hash: Uint8Array;
}

/** An entry and the hash that it was sealed with. */
export interface SealedEntry extends AuditEntry {
  hash: Uint8Array;
}

/** The first entry that does not follow from those before it. */
export interface ChainBreak {
  sequence: number;
  fault: 'MISSING' | 'CHANGED';
}

/** Before the first entry: 32 zero bytes. */
export const CHAIN_START: ChainHead = { sequence: 0, hash: new Uint8Array(32) };

/**
 * The hash that seals an entry: SHA-256 (FIPS 180-4) of the UTF-8 text of canonical JSON (RFC 8785) of an object with
 * exactly `sequence`, `at` (epoch ms), `kind`, `actor`, `subject`, `sessionId`, `address`, `userAgent`, `details`
 * and `previous`, the hash before in lower-case hexadecimal.
 */
export function sealOf(entry: AuditEntry, previous: Uint8Array): Buffer {
  const { sequence, at, kind, actor, subject, sessionId, address, userAgent, details } = entry;
  const text = canonicalize({
    ...{ sequence, at, kind, actor, subject, sessionId, address, userAgent, details },
    previous: Buffer.from(previous).toString('hex'),
  });
  return createHash('sha256')
    .update(text ?? '')
    .digest();
}

/** The head after an entry, or why it does not follow. */
export function follow(head: ChainHead, entry: SealedEntry): ChainHead | ChainBreak {
  const sequence = head.sequence + 1;
  if (entry.sequence !== sequence) return { sequence, fault: 'MISSING' };
  const seal = sealOf(entry, head.hash);
  const isWhole = entry.hash.length === seal.length && timingSafeEqual(entry.hash, seal);
  return isWhole ? { sequence, hash: seal } : { sequence, fault: 'CHANGED' };
}

/** A head as people note it down: the last entry and its hash in hexadecimal. */
export const writeHead = ({ sequence, hash }: ChainHead): string =>
  `${sequence}:${Buffer.from(hash).toString('hex')}`;

/** Null for what is no head. */
export function headIn(text: string): ChainHead | null {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence === undefined || hash === undefined) return null;
  return { sequence: Number(sequence), hash: Buffer.from(hash, 'hex') };
}
