import { maskEmailsIn } from './email';
import type { SecurityEvent, SecurityEventKind } from './security-event';

/** What the audit log says of one event. Time is epoch ms. */
export interface AuditRecord {
  at: number;
  kind: string;
  /** Who did it; null for somebody who has not proved who they are, or for nobody. */
  actor: string | null;
  /** Whose account it is about; null where there is none. */
  subject: string | null;
  sessionId: string | null;
  address: string;
  userAgent: string;
  details: Readonly<Record<string, string>>;
}

/** A record in its place in the log, from 1 on. */
export interface AuditEntry extends AuditRecord {
  sequence: number;
}

/** Of these nobody knows who did it, although it is known whose account it was. */
const UNPROVED: ReadonlySet<SecurityEventKind> = new Set([
  'SIGN_IN_FAILED',
  'SIGN_IN_LIMITED',
  'SECOND_FACTOR_FAILED',
  'SECOND_FACTOR_LIMITED',
  'API_KEY_USED_ELSEWHERE',
  'API_KEY_REFUSED',
  'TOKEN_REUSED',
  'PASSWORD_RESET_REQUESTED',
]);
const LONGEST_TEXT = 512;

/** An event as it is written down: in one line, of bounded length, e-mail addresses masked. */
export function recordOf(event: SecurityEvent): AuditRecord {
  const { kind, at, userId, actorId, sessionId, address, userAgent } = event;
  const owner = UNPROVED.has(kind) ? null : userId;
  const details = Object.entries(event.details).map(([name, text]) => [name, lineOf(text)]);
  return {
    ...{ at, kind, actor: actorId === undefined ? owner : actorId, subject: userId, sessionId },
    ...{ address: lineOf(address), userAgent: lineOf(userAgent) },
    details: Object.fromEntries(details) as Record<string, string>,
  };
}

/** PostgreSQL takes neither NUL nor half a surrogate pair, and RFC 8785 no halves either (\p{Cc}, \p{Cs}). */
const lineOf = (text: string): string =>
  maskEmailsIn(text.slice(0, LONGEST_TEXT).replace(/[\p{Cc}\p{Cs}]/gu, '?'));
