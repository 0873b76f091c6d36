import type { Clock } from '@spyhop/platform/clock';
import { factorMail } from '../rules/factor-mail';
import { type RecordSecurityEvent, type SecurityEventKind, eventBy } from '../rules/security-event';
import type { Client } from '../rules/session';
import type { OutgoingMail } from './outgoing-mail';

/** Whose account something happened to, and in which session of theirs; null before there is one. */
export interface Whose {
  userId: string;
  sessionId: string | null;
}

/** What telling of events takes. */
export interface FactorEventParts {
  outgoing: OutgoingMail;
  publicUrl: string;
  recordSecurityEvent: RecordSecurityEvent;
  clock: Clock;
}

/** Records what happens to second factors, and tells their owners what they must know. */
export class FactorEvents {
  constructor(private readonly parts: FactorEventParts) {}

  async record(
    kind: SecurityEventKind,
    { userId, sessionId }: Whose | { userId: null; sessionId: null },
    client: Client,
  ): Promise<void> {
    const { recordSecurityEvent, clock } = this.parts;
    await recordSecurityEvent(eventBy(client, { kind, at: clock(), userId, sessionId }));
    if (userId !== null) this.tell(kind, userId);
  }

  private tell(kind: SecurityEventKind, userId: string): void {
    const { outgoing, publicUrl } = this.parts;
    const write = factorMail(kind);
    if (write) outgoing.noticeTo(userId, (address) => write(address, publicUrl));
  }
}
