import type { Clock } from '@spyhop/platform/clock';
import type { Later } from '../rules/errand';
import { factorMail } from '../rules/factor-mail';
import type { RecordSecurityEvent, SecurityEventKind } from '../rules/security-event';
import type { Client } from '../rules/session';
import type { OutgoingMail } from './outgoing-mail';
import type { UserStore } from './users';

/** Whose account something happened to, and in which session of theirs; null before there is one. */
export interface Whose {
  userId: string;
  sessionId: string | null;
}

/** What telling of events takes. */
export interface FactorEventParts {
  users: UserStore;
  outgoing: OutgoingMail;
  later: Later;
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
    { address, userAgent }: Client,
  ): Promise<void> {
    const { recordSecurityEvent, clock } = this.parts;
    const at = clock();
    const details = {};
    await recordSecurityEvent({ kind, at, userId, sessionId, address, userAgent, details });
    if (userId !== null) this.tell(kind, userId);
  }

  private tell(kind: SecurityEventKind, userId: string): void {
    const { users, outgoing, later, publicUrl } = this.parts;
    const write = factorMail(kind);
    if (!write) return;
    later('tell an owner of a second factor', async () => {
      const owner = await users.find(userId);
      if (owner) outgoing.notice(write(owner.email, publicUrl));
    });
  }
}
