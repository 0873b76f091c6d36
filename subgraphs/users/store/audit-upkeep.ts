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
import { newDeviceMail } from '../rules/mail';
import { sealArrivals } from './audit-sealing';
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

  /** One batch; false where there was none, or another process is at it. */
  async run(): Promise<boolean> {
    const done = await sealArrivals(this.parts.system, async (transaction, entries) => ({
      entries,
      raised: await raiseAlerts(transaction, entries),
    }));
    if (!done) return false;
    for (const entry of done.entries) {
      this.parts.log.info({ auditEntry: entry }, `security event ${entry.kind}`);
    }
    for (const event of done.raised) this.tell(event);
    return true;
  }

  private tell(event: SecurityEventRaised): void {
    const { live, later, log } = this.parts;
    const { id, kind, userId } = event;
    log.warn({ alert: { id, kind, userId } }, `security alert ${kind}`);
    later('announce a security event', async () => {
      await live.publish(anySecurityEventRaised, event);
      if (userId !== null) await live.publish(securityEventRaised, event);
    });
    if (kind === 'NEW_DEVICE' && userId !== null) {
      this.mail(userId, event);
    }
  }

  private mail(userId: string, { at, address, userAgent }: SecurityEventRaised): void {
    const { outgoing, publicUrl } = this.parts;
    const { name: device } = deviceOf(userAgent);
    outgoing.noticeTo(userId, (to) => newDeviceMail(to, publicUrl, { device, at, address }));
  }
}
