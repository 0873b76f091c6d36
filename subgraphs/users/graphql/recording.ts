import { type SecurityEvent, type SecurityEventKind, eventBy } from '../rules/security-event';
import type { Also } from '../store/also';
import type { UsersContext } from './context';
import type { Viewer } from './viewer';

/** Writes down what who asks does, in the transaction that does it. */
export const recording =
  (
    kind: SecurityEventKind,
    { userId, sessionId }: Viewer,
    { ledger, client, now: at }: Pick<UsersContext, 'ledger' | 'client' | 'now'>,
    details: SecurityEvent['details'] = {},
  ): Also =>
  (transaction) =>
    ledger.recordWithin(transaction, eventBy(client, { kind, at, userId, sessionId, details }));
