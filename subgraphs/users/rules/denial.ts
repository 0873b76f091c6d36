import type { AccessDenied } from '@spyhop/platform/access-denied';
import { z } from 'zod';
import { type SecurityEvent, eventBy } from './security-event';

const Uuid = z.uuid();

/** What the audit log says of a field that a router has kept from somebody; null for somebody who is none of ours. */
export function deniedByRouter(denial: AccessDenied): SecurityEvent | null {
  const { at, coordinate: field, subject, claims, address } = denial;
  const userId = Uuid.safeParse(subject).data;
  if (userId === undefined) return null;
  const sessionId = Uuid.safeParse(claims['sid']).data ?? null;
  const key = Uuid.safeParse(claims['key_id']).data;
  const details = { field, by: 'router', ...(key !== undefined && { key }) };
  return eventBy(
    { address, userAgent: '' },
    { kind: 'ACCESS_DENIED', at, userId, sessionId, details },
  );
}
