import { SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { RouterMetrics } from '../metrics';
import { RefusedOperation } from '../plan/refused';
import type { Budget, BudgetState } from './budget';
import { payerOf } from './payer';

/** HTTP headers by name. */
export type DemandHeaders = Readonly<Record<string, string>>;

/** Who asks for an operation, and so pays for it. */
export interface Asker {
  identity: Identity | null;
  /** The network address that a request comes from; it pays where nobody is signed in. */
  address: string;
  /** Told how the budget stands, where the client can be told by headers. */
  onBudget?: ((headers: DemandHeaders) => void) | undefined;
}

interface DemandOptions {
  /** What one operation may cost; an integer above 0. */
  operation: number;
  budget: Budget;
  metrics: Pick<RouterMetrics, 'operationCost' | 'operationsRefused'>;
}

/** Keeps what clients ask for within what one operation may cost, and within their budgets. */
export class Demand {
  private readonly allowed: number;
  private readonly policy: string;

  constructor(private readonly options: DemandOptions) {
    // What costs more than a whole budget could never be paid for, however long its client waits.
    const { cost, windowS } = options.budget.options;
    this.allowed = Math.min(options.operation, cost);
    this.policy = `"cost";q=${cost};w=${windowS}`;
  }

  /**
   * Charges an operation before it runs. Throws RefusedOperation for one that costs too much, which is not
   * charged, and RATE_LIMITED when its budget is spent.
   */
  async charge(cost: number, { identity, address, onBudget }: Asker): Promise<void> {
    const { budget, metrics } = this.options;
    metrics.operationCost.observe(cost);
    if (cost > this.allowed) {
      metrics.operationsRefused.inc({ reason: 'cost' });
      throw new RefusedOperation([tooCostly(cost, this.allowed)]);
    }
    const state = await budget.spend(cost, payerOf(identity, address));
    onBudget?.(this.headersOf(state));
    if (!state.isExceeded) return;
    metrics.operationsRefused.inc({ reason: 'budget' });
    throw budgetExceeded(state);
  }

  /** The fields of draft-ietf-httpapi-ratelimit-headers-10, whose units are cost. */
  private headersOf({ remaining, resetS }: BudgetState): DemandHeaders {
    return {
      'ratelimit-policy': this.policy,
      ratelimit: `"cost";r=${remaining};t=${resetS}`,
    };
  }
}

const tooCostly = (cost: number, allowed: number): SpyhopError =>
  new SpyhopError(
    'OPERATION_TOO_LARGE',
    `The operation may cost ${cost}, of ${allowed} that one operation may; ask for less, or for shorter lists.`,
    { limit: 'cost', allowed, cost },
  );

const budgetExceeded = ({ resetS }: BudgetState): SpyhopError =>
  new SpyhopError(
    'RATE_LIMITED',
    `The budget of cost is spent; there is a new one in ${resetS} seconds.`,
    { retryAfterS: resetS },
  );
