import type { AuditEntry, AuditRecord } from '../rules/audit-entry';

/** A record's row, of the arrivals or of the log. */
interface RecordRow extends Omit<AuditRecord, 'at' | 'details'> {
  at: Date;
  details: unknown;
}

export interface EntryRow extends RecordRow {
  sequence: bigint;
}

export const recordOfRow = (row: RecordRow): AuditRecord => ({
  at: row.at.getTime(),
  kind: row.kind,
  actor: row.actor,
  subject: row.subject,
  sessionId: row.sessionId,
  address: row.address,
  userAgent: row.userAgent,
  details: row.details as Record<string, string>,
});

export const entryOfRow = (row: EntryRow): AuditEntry => ({
  sequence: Number(row.sequence),
  ...recordOfRow(row),
});
