import { refused } from '../plan/refused';

/** How many subscriptions may run at a time. */
export interface SubscriptionLimits {
  perIdentity: number;
  inAll: number;
}

/** Counts subscriptions. */
export class Quota {
  private readonly bySubject = new Map<string, number>();
  private inAll = 0;

  constructor(private readonly limits: SubscriptionLimits) {}

  /** Null for a subject that is not known. Throws RefusedOperation when there are too many. */
  enter(subject: string | null): void {
    if (this.inAll >= this.limits.inAll) {
      throw refused(
        'RATE_LIMITED',
        'The router serves as many subscriptions as it may; try again in some seconds.',
      );
    }
    const own = subject === null ? 0 : (this.bySubject.get(subject) ?? 0);
    if (own >= this.limits.perIdentity) {
      throw refused(
        'RATE_LIMITED',
        `At most ${this.limits.perIdentity} subscriptions may run for one identity; complete some first.`,
      );
    }
    this.inAll += 1;
    if (subject !== null) this.bySubject.set(subject, own + 1);
  }

  leave(subject: string | null): void {
    this.inAll -= 1;
    if (subject === null) return;
    const own = (this.bySubject.get(subject) ?? 1) - 1;
    if (own === 0) this.bySubject.delete(subject);
    else this.bySubject.set(subject, own);
  }
}
