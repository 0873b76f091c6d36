import type { Clock } from '@spyhop/platform/clock';
import { factorMail } from '../rules/factor-mail';
import { type SecurityEvent, type SecurityEventKind, eventBy } from '../rules/security-event';
import type { Client } from '../rules/session';
import type { Also } from './also';
import type { OutgoingMail } from './outgoing-mail';
import type { SecurityLedger } from './security-ledger';

/** Whose account something happened to, and in which session of theirs; null before there is one. */
export interface Whose {
  userId: string;
  sessionId: string | null;
}

/** What telling of events takes. */
export interface FactorEventParts {
  outgoing: OutgoingMail;
  publicUrl: string;
  ledger: SecurityLedger;
  clock: Clock;
}

/** Records what happens to second factors, and tells their owners what they must know. */
export class FactorEvents {
  constructor(private readonly parts: FactorEventParts) {}

  /** Where nothing is changed by it. */
  async record(
    kind: SecurityEventKind,
    whose: Whose | { userId: null; sessionId: null },
    client: Client,
  ): Promise<void> {
    await this.parts.ledger.record(this.eventOf(kind, whose, client));
    if (whose.userId !== null) this.tell(kind, whose.userId);
  }

  /** Does what is recorded by `also`, in its transaction. The owner is told once that is done, and only then. */
  async recordWith<Result>(
    kind: SecurityEventKind,
    whose: Whose,
    client: Client,
    act: (also: Also) => Promise<Result>,
  ): Promise<Result> {
    let isRecorded = false;
    const result = await act(async (transaction) => {
      await this.parts.ledger.recordWithin(transaction, this.eventOf(kind, whose, client));
      isRecorded = true;
    });
    if (isRecorded) this.tell(kind, whose.userId);
    return result;
  }

  private eventOf(
    kind: SecurityEventKind,
    { userId, sessionId }: Whose | { userId: null; sessionId: null },
    client: Client,
  ): SecurityEvent {
    return eventBy(client, { kind, at: this.parts.clock(), userId, sessionId });
  }

  private tell(kind: SecurityEventKind, userId: string): void {
    const { outgoing, publicUrl } = this.parts;
    const write = factorMail(kind);
    if (write) outgoing.noticeTo(userId, (address) => write(address, publicUrl));
  }
}
