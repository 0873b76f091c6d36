import {
  BrokenCircuitError,
  BulkheadRejectedError,
  ConsecutiveBreaker,
  ConstantBackoff,
  type BulkheadPolicy,
  type CircuitBreakerPolicy,
  CircuitState,
  type IPolicy,
  bulkhead,
  circuitBreaker,
  handleAll,
  wrap,
} from 'cockatiel';

/** How a subgraph is spared and how its failures are lived with. */
export interface Resilience {
  /** Milliseconds that one answer may take. */
  timeoutMs: number;
  /** Requests under way at a time, and how many more may wait for their turn. */
  concurrency: number;
  queue: number;
  /** Failures in a row after which the subgraph is left alone for `openMs` milliseconds. */
  breakAfter: number;
  openMs: number;
  /** Retries as a share of requests, 0 to 1; a few are always allowed. */
  retryShare: number;
}

/** The names of requests that were not even sent. */
export type Unsent = 'circuit open' | 'queue full';

/** Limits what is under way and stops asking a subgraph that only fails. */
export class Guard {
  private readonly policy: IPolicy;
  private readonly turns: BulkheadPolicy;
  private readonly breaker: CircuitBreakerPolicy;

  constructor(private readonly resilience: Resilience) {
    const { concurrency, queue, breakAfter, openMs } = resilience;
    this.turns = bulkhead(concurrency, queue);
    this.breaker = circuitBreaker(handleAll, {
      halfOpenAfter: new ConstantBackoff(openMs),
      breaker: new ConsecutiveBreaker(breakAfter),
    });
    this.policy = wrap(this.turns, this.breaker);
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.resilience.queue - this.turns.queueSlots;
  }

  /** Whether the subgraph is left alone, or is being tried for the first time since. */
  get isOpen(): boolean {
    return this.breaker.state !== CircuitState.Closed;
  }

  run<T>(ask: () => Promise<T>): Promise<T> {
    return this.policy.execute(ask);
  }
}

/** Why a request was not sent; null when it was. */
export function unsentReason(err: unknown): Unsent | null {
  if (err instanceof BrokenCircuitError) return 'circuit open';
  if (err instanceof BulkheadRejectedError) return 'queue full';
  return null;
}

const MOST_SAVED = 10;

/** Retries must stay few: a subgraph that is slow because it is busy must not be asked twice as often. */
export class RetryBudget {
  private saved = MOST_SAVED;

  constructor(private readonly share: number) {}

  /** A request was made. */
  earn(): void {
    this.saved = Math.min(MOST_SAVED, this.saved + this.share);
  }

  /** Whether one more may be made. */
  spend(): boolean {
    if (this.saved < 1) return false;
    this.saved -= 1;
    return true;
  }
}
