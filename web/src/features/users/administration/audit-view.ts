import type { AuditKind } from '../../../generated/graphql';
import { isAccountId } from './account-ids';
import { AUDIT_KINDS } from './audit-words';

/** Which entries of the audit log are shown; the address bar holds exactly this. Null is any. */
export interface AuditView {
  kind: AuditKind | null;
  /** Ids of accounts. */
  actor: string | null;
  subject: string | null;
  /** A network address. */
  address: string | null;
  /** ISO 8601, UTC: from the one on, and before the other. */
  from: string | null;
  to: string | null;
}

const ADDRESS = /^[\da-f.:]{2,45}$/i;

function instant(text: string | null): string | null {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

const matching = (text: string | null, test: (text: string) => boolean): string | null =>
  text !== null && test(text) ? text : null;

/** Whether a text can be a network address. */
export const isAddress = (text: string): boolean => ADDRESS.test(text);

/** Reads a view from the query part of an address; what makes no sense is ignored. */
export function parseAuditView(params: URLSearchParams): AuditView {
  return {
    kind: AUDIT_KINDS.find((kind) => kind === params.get('kind')) ?? null,
    actor: matching(params.get('actor'), isAccountId),
    subject: matching(params.get('subject'), isAccountId),
    address: matching(params.get('address'), isAddress),
    from: instant(params.get('from')),
    to: instant(params.get('to')),
  };
}

/** Writes a view as the query part of an address; what is any leaves no trace. */
export function auditParams(view: Partial<AuditView>): URLSearchParams {
  const known = Object.entries(view).filter((entry): entry is [string, string] =>
    Boolean(entry[1]),
  );
  return new URLSearchParams(known);
}
