import type { Transaction } from '@spyhop/prisma/row-owner';
import type { SecurityEventRaised } from '@spyhop/platform/topics';
import { type Alert, type AlertKind, LOOK_BACK_MS, alertsOf, isWatched } from '../rules/anomalies';
import type { AuditEntry } from '../rules/audit-entry';
import { siteOf } from '../rules/networks';
import type { SecurityEventKind } from '../rules/security-event';
import { type EntryRow, entryOfRow } from './audit-rows';

/** Of one account or network; of more, the newest are looked at. */
const MOST_BEFORE = 200;
const SIGNED_IN = 'SIGNED_IN' satisfies SecurityEventKind;
const RAISED_BACK_MS = 3_600_000;
const MOST_RAISED = 1_000;

/** Raises what new entries of the audit log give reason for, in the transaction that seals them. */
export async function raiseAlerts(
  transaction: Transaction,
  entries: readonly AuditEntry[],
): Promise<SecurityEventRaised[]> {
  const watched = entries.filter(isWatched);
  if (watched.length === 0) return [];
  const subjects = unique(watched.map(({ subject }) => subject));
  const sites = unique(watched.map(({ address }) => siteOf(address) || null));
  const past = await readPast(transaction, { subjects, sites }, watched);
  const raised = await readRaised(transaction, subjects, watched);
  const events: SecurityEventRaised[] = [];
  for (const entry of watched) {
    const before = past.filter(({ entry: { sequence } }) => sequence < entry.sequence);
    const site = siteOf(entry.address);
    const alerts = alertsOf(entry, {
      ofSubject: entriesOf(before, (each) => each.entry.subject === entry.subject),
      ofSite: entriesOf(before, (each) => each.site === site),
      raised,
    });
    for (const alert of alerts) {
      const id = await keep(transaction, alert);
      raised.push(alert);
      if (id !== null) events.push({ id: String(id), ...alert, details: { ...alert.details } });
    }
  }
  return events;
}

const entriesOf = (past: readonly Past[], are: (each: Past) => boolean): AuditEntry[] =>
  past.filter(are).map(({ entry }) => entry);

interface Past {
  entry: AuditEntry;
  site: string | null;
}

interface About {
  subjects: readonly string[];
  sites: readonly string[];
}

/**
 * The newest of each account and of each network, those to look at included, each once. The newest sign-ins of each
 * account are read apart: strangers cannot push them out with failures.
 */
async function readPast(
  transaction: Transaction,
  { subjects, sites }: About,
  entries: readonly AuditEntry[],
): Promise<Past[]> {
  const since = new Date(Math.min(...entries.map(({ at }) => at)) - LOOK_BACK_MS);
  const rows = await transaction.$queryRaw<(EntryRow & { site: string | null })[]>`
    SELECT sequence, at, kind, actor, subject, session_id AS "sessionId", address,
           user_agent AS "userAgent", details, network AS site
    FROM users.audit_entry WHERE sequence IN (
      SELECT past.sequence FROM unnest(${subjects}::uuid[]) AS about(subject), LATERAL (
        SELECT sequence FROM users.audit_entry e WHERE e.subject = about.subject AND e.at > ${since}
        ORDER BY e.at DESC, e.sequence DESC LIMIT ${MOST_BEFORE}) AS past
      UNION
      SELECT past.sequence FROM unnest(${subjects}::uuid[]) AS about(subject), LATERAL (
        SELECT sequence FROM users.audit_entry e WHERE e.subject = about.subject AND e.kind = ${SIGNED_IN}
        ORDER BY e.at DESC, e.sequence DESC LIMIT ${MOST_BEFORE}) AS past
      UNION
      SELECT past.sequence FROM unnest(${sites}::text[]) AS about(network), LATERAL (
        SELECT sequence FROM users.audit_entry e WHERE e.network = about.network AND e.at > ${since}
        ORDER BY e.at DESC, e.sequence DESC LIMIT ${MOST_BEFORE}) AS past)`;
  return rows.map((row) => ({ entry: entryOfRow(row), site: row.site }));
}

async function readRaised(
  transaction: Transaction,
  subjects: readonly string[],
  entries: readonly AuditEntry[],
): Promise<Alert[]> {
  const since = new Date(Math.min(...entries.map(({ at }) => at)) - RAISED_BACK_MS);
  const rows = await transaction.securityAlert.findMany({
    where: { at: { gt: since }, OR: [{ userId: { in: [...subjects] } }, { userId: null }] },
    orderBy: { id: 'desc' },
    take: MOST_RAISED,
  });
  return rows.map(({ kind, at, userId, address, userAgent, details }) => ({
    kind: kind as AlertKind,
    at: at.getTime(),
    ...{ userId, address, userAgent },
    details: details as Record<string, string>,
  }));
}

/** Null where the user is gone. */
async function keep(
  transaction: Transaction,
  { kind, at, userId, address, userAgent, details }: Alert,
): Promise<bigint | null> {
  const [row] = await transaction.$queryRaw<{ id: bigint }[]>`
    INSERT INTO users.security_alert (kind, at, user_id, address, user_agent, details)
    SELECT ${kind}, ${new Date(at)}, ${userId}::uuid, ${address}, ${userAgent}, ${JSON.stringify(details)}::jsonb
    WHERE ${userId}::uuid IS NULL OR EXISTS (SELECT FROM users."user" WHERE id = ${userId}::uuid)
    RETURNING id`;
  return row?.id ?? null;
}

const unique = (values: readonly (string | null)[]): string[] => [
  ...new Set(values.filter((value) => value !== null)),
];
