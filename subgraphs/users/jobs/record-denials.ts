import { accessDenied } from '@spyhop/platform/access-denied';
import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { Stop } from '@spyhop/platform/shutdown';
import { deniedByRouter } from '../rules/denial';
import type { SecurityLedger } from '../store/security-ledger';

/**
 * Writes down in the audit log what routers keep from people. Of several processes one does, each time; one that dies
 * in between has it written down twice. `consumer` names this process.
 */
export const startRecordingDenials = (
  durable: DurableEvents,
  recordNow: SecurityLedger['recordNow'],
  consumer: string,
): Promise<Stop> =>
  durable.consume(accessDenied, {
    group: 'audit-log',
    consumer,
    handle: async (denial) => {
      const event = deniedByRouter(denial);
      if (event) await recordNow(event);
    },
  });
