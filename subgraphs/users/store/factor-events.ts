import type { Clock } from '@spyhop/platform/clock';
import type { RecordSecurityEvent, SecurityEventKind } from '../rules/security-event';
import type { Client } from '../rules/session';

/** Whose account something happened to, and in which session of theirs; null before there is one. */
export interface Whose {
  userId: string;
  sessionId: string | null;
}

/** What recording events takes. */
export interface FactorEventParts {
  recordSecurityEvent: RecordSecurityEvent;
  clock: Clock;
}

/** Records what happens to second factors. */
export function recordFactorEvent(
  { recordSecurityEvent, clock }: FactorEventParts,
  kind: SecurityEventKind,
  { userId, sessionId }: Whose | { userId: null; sessionId: null },
  { address, userAgent }: Client,
): Promise<void> {
  const at = clock();
  return recordSecurityEvent({ kind, at, userId, sessionId, address, userAgent, details: {} });
}
