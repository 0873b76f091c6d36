import { setImmediate } from 'node:timers/promises';
import { SpyhopError } from '@spyhop/platform/errors';
import type { RouterMetrics } from '../metrics';
import type { Budget } from './budget';

interface TurnsOptions {
  /** Characters that a payer may have prepared. */
  budget: Budget;
  metrics: Pick<RouterMetrics, 'operationsRefused' | 'preparing'>;
}

/** What a short text takes is not its length. */
const LEAST_CHARACTERS = 250;
const MOST_WAITING = 2_000;
const MOST_WAITING_OF_ONE = 200;
const RETRY_AFTER_S = 1;

/**
 * The preparing of operations that are not known yet, one at a time. Payers take turns, whatever each has waiting:
 * nobody waits for more than one operation of each of the others.
 */
export class Turns {
  /** What waits, by payer, whose turn is next first. */
  private readonly waiting = new Map<string, (() => Promise<void>)[]>();
  private count = 0;
  private isWorking = false;

  constructor(private readonly options: TurnsOptions) {}

  /**
   * Does work on a text of so many characters when it is its payer's turn. Throws RATE_LIMITED where its budget is
   * spent or too much is waiting.
   */
  async take<Result>(
    payer: string,
    characters: number,
    work: () => Promise<Result>,
  ): Promise<Result> {
    await this.charge(payer, characters);
    const waiting = this.waiting.get(payer) ?? [];
    if (this.count >= MOST_WAITING || waiting.length >= MOST_WAITING_OF_ONE) {
      throw this.refused('Too many operations that are not known yet wait', RETRY_AFTER_S);
    }
    this.waiting.set(payer, waiting);
    this.count += 1;
    const told = this.options.metrics.preparing.startTimer();
    const done = new Promise<Result>((resolve, reject) => {
      waiting.push(() => work().then(resolve, reject));
    });
    void this.work();
    return done.finally(told);
  }

  private async charge(payer: string, characters: number): Promise<void> {
    const { budget } = this.options;
    const cost = Math.max(characters, LEAST_CHARACTERS);
    const { isExceeded, resetS } = await budget.spend(cost, payer);
    if (isExceeded) throw this.refused('Too much was asked for that was not known yet', resetS);
  }

  private refused(why: string, retryAfterS: number): SpyhopError {
    this.options.metrics.operationsRefused.inc({ reason: 'preparing' });
    return new SpyhopError(
      'RATE_LIMITED',
      `${why}; ask again in ${retryAfterS} seconds, or for the same with other variables.`,
      { retryAfterS },
    );
  }

  private async work(): Promise<void> {
    if (this.isWorking) return;
    this.isWorking = true;
    for (let next = this.next(); next; next = this.next()) {
      await next();
      await setImmediate();
    }
    this.isWorking = false;
  }

  private next(): (() => Promise<void>) | undefined {
    const [first] = this.waiting;
    if (!first) return undefined;
    const [payer, all] = first;
    const work = all.shift();
    this.waiting.delete(payer);
    if (all.length > 0) this.waiting.set(payer, all);
    this.count -= 1;
    return work;
  }
}
