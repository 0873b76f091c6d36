import type { Log } from '@spyhop/platform/log';
import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';
import { recordOf } from '../rules/audit-entry';
import type { RecordSecurityEvent, SecurityEvent } from '../rules/security-event';

/** Takes security events for the audit log. */
export interface SecurityLedger {
  record: RecordSecurityEvent;
  /** `record` that fails with the database, for who can try again. */
  recordNow(event: SecurityEvent): Promise<void>;
  /** In the transaction of what they are about: both happen, or neither does. Fails with the database. */
  recordWithin(transaction: Transaction, ...events: SecurityEvent[]): Promise<void>;
  /** The same as a part of the statement that does what it is about: once for each row of a table of its `WITH`. */
  recordSql(event: SecurityEvent, forEach: Prisma.Sql): Prisma.Sql;
}

/** Writes events down where they wait, in no order yet, for their place in the audit log. */
export function createSecurityLedger(system: PrismaClient, log: Log): SecurityLedger {
  const recordWithin: SecurityLedger['recordWithin'] = async (transaction, ...events) => {
    const rows = events.map(recordOf).map(({ at, details, ...record }) => ({
      ...record,
      at: new Date(at),
      details: { ...details },
    }));
    // Not `create`, which would read the row again.
    await transaction.auditArrival.createMany({ data: rows });
  };
  return {
    recordWithin,
    recordNow: (event) => recordWithin(system, event),
    recordSql: (event, forEach) => {
      const { at, kind, actor, subject, sessionId, address, userAgent, details } = recordOf(event);
      return Prisma.sql`
        INSERT INTO users.audit_arrival (at, kind, actor, subject, session_id, address, user_agent, details)
        SELECT ${new Date(at)}, ${kind}, ${actor}::uuid, ${subject}::uuid, ${sessionId}::uuid,
          ${address}, ${userAgent}, ${JSON.stringify(details)}::jsonb
        FROM ${forEach}`;
    },
    record: async (event) => {
      await recordWithin(system, event).catch((err: unknown) =>
        log.error(
          { err, securityEvent: recordOf(event) },
          'a security event is only in this log: the database does not take it',
        ),
      );
    },
  };
}
