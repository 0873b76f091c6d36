import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import {
  type SecurityEventRaised,
  anySecurityEventRaised,
  securityEventRaised,
} from '@spyhop/platform/topics';
import type { PrismaClient } from '@spyhop/prisma/client';
import { deviceOf } from '../rules/device';
import type { Later } from '../rules/errand';
import type { AlertKind } from '../rules/anomalies';
import { type Mail, type Trace, newDeviceMail, tokenReusedMail } from '../rules/mail';
import { MOST_AT_ONCE, hasArrived, sealArrivals } from './audit-sealing';
import type { OutgoingMail } from './outgoing-mail';
import { raiseAlerts } from './security-alerts';

/** What keeping the audit log takes. */
export interface AuditUpkeepParts {
  system: PrismaClient;
  outgoing: OutgoingMail;
  live: LiveEvents;
  later: Later;
  publicUrl: string;
  log: Log;
}

/** Seals what has arrived, raises what it gives reason for, and tells those whom it concerns. */
export class AuditUpkeep {
  constructor(private readonly parts: AuditUpkeepParts) {}

  /** One batch; true where it was a full one, so that there may be more. */
  async run(): Promise<boolean> {
    // Mostly nothing has, and to look costs less than a transaction does.
    if (!(await hasArrived(this.parts.system))) return false;
    const done = await sealArrivals(this.parts.system, async (transaction, entries) => ({
      entries,
      raised: await raiseAlerts(transaction, entries),
    }));
    if (!done) return false;
    for (const entry of done.entries) {
      this.parts.log.info({ auditEntry: entry }, `security event ${entry.kind}`);
    }
    for (const event of done.raised) this.tell(event);
    return done.entries.length === MOST_AT_ONCE;
  }

  private tell(event: SecurityEventRaised): void {
    const { live, later, log } = this.parts;
    const { id, kind, userId } = event;
    log.warn({ alert: { id, kind, userId } }, `security alert ${kind}`);
    later('announce a security event', async () => {
      await live.publish(anySecurityEventRaised, event);
      if (userId !== null) await live.publish(securityEventRaised, event);
    });
    if (userId !== null) this.mail(userId, event);
  }

  private mail(userId: string, { kind, at, address, userAgent }: SecurityEventRaised): void {
    const { outgoing, publicUrl } = this.parts;
    const write = MAILS[kind as AlertKind];
    const { name: device } = deviceOf(userAgent);
    if (write) outgoing.noticeTo(userId, (to) => write(to, publicUrl, { device, at, address }));
  }
}

/** Alerts that their owners are told by mail as well. */
const MAILS: Partial<Record<AlertKind, (to: string, base: string, trace: Trace) => Mail>> = {
  NEW_DEVICE: newDeviceMail,
  TOKEN_REUSED: tokenReusedMail,
};
