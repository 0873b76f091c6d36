import { useQuery } from '@apollo/client/react';
import { openLocalStore, useLocalStore } from '../../../ui/local-store';
import { useSessionState } from '../session/session-context';
import { NEWEST_SECURITY_EVENT } from './documents';

/** The newest event that somebody has looked at in this browser. */
interface Seen {
  userId: string;
  /** Of the event; later ones have greater numbers. */
  eventId: string;
}

function parseSeen(found: unknown): Seen | null {
  if (typeof found !== 'object' || found === null) return null;
  const { userId, eventId } = found as Partial<Record<keyof Seen, unknown>>;
  if (typeof userId !== 'string' || typeof eventId !== 'string') return null;
  return /^\d+$/.test(eventId) ? { userId, eventId } : null;
}

const seen = openLocalStore('spyhop.seen-security-event', parseSeen);

/** Notes that somebody has looked at their events up to this one. */
export function markSeen(userId: string, eventId: string): void {
  const known = seen.get();
  const isKnown = known?.userId === userId && BigInt(known.eventId) >= BigInt(eventId);
  if (!isKnown) seen.set({ userId, eventId });
}

/** Whether whoever is signed in has security events that they did not look at yet. */
export function useHasUnseen(): boolean {
  const { status } = useSessionState();
  const { data } = useQuery(NEWEST_SECURITY_EVENT, { skip: status !== 'signed-in' });
  const known = useLocalStore(seen);
  const newest = data?.me?.securityEvents?.edges[0]?.node.id;
  if (newest === undefined) return false;
  return known?.userId !== data?.me?.id || BigInt(known?.eventId ?? 0) < BigInt(newest);
}
