import type { Identity } from '@spyhop/platform/identity';
import { payerOf } from '../guard/payer';
import { refused } from '../plan/refused';
import { Tally } from './tally';

/** How many subscriptions may run at a time. */
export interface SubscriptionLimits {
  perIdentity: number;
  /** Of those without an identity. */
  perAddress: number;
  inAll: number;
}

/** Counts subscriptions. */
export class Quota {
  private readonly byPayer = new Tally();
  private inAll = 0;

  constructor(private readonly limits: SubscriptionLimits) {}

  /** Returns how to leave, once. Throws RefusedOperation when there are too many. */
  enter(identity: Identity | null, address: string): () => void {
    const { inAll, perIdentity, perAddress } = this.limits;
    if (this.inAll >= inAll) {
      throw refused(
        'RATE_LIMITED',
        'The router serves as many subscriptions as it may; try again in some seconds.',
      );
    }
    const payer = payerOf(identity, address);
    const [most, whose] = identity
      ? [perIdentity, 'identity']
      : [perAddress, 'address without an identity'];
    if (this.byPayer.of(payer) >= most) {
      throw refused(
        'RATE_LIMITED',
        `At most ${most} subscriptions may run for one ${whose}; complete some first.`,
      );
    }
    this.inAll += 1;
    const leave = this.byPayer.add(payer);
    return () => {
      this.inAll -= 1;
      leave();
    };
  }
}
