import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { isObject } from '../execute/data';
import { type PathError, publicError } from '../execute/errors';
import type { RouterMetrics } from '../metrics';
import type { SubscriptionPlan } from '../plan/subscription-plan';
import type { UpstreamResult } from './events';
import type { UpstreamSockets } from './upstream-sockets';

/** What upstream subscriptions share. */
export interface UpstreamServices {
  sockets: UpstreamSockets;
  clock: Clock;
  /** 0 to 1; spreads reconnections. */
  random: () => number;
  metrics: RouterMetrics;
  log: Log;
}

interface Listener {
  event(result: UpstreamResult): void;
  /** The subgraph refused or ended it with errors. */
  failed(errors: readonly PathError[]): void;
  completed(): void;
}

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 5_000;
/** A subscription that held this long starts again as if it were the first time. */
const STABLE_MS = 10_000;
/** What a subgraph says that has just started and lacks its own services yet. */
const PASSING = new Set(['INTERNAL', 'UPSTREAM_UNAVAILABLE']);

/** A subscription at a subgraph that survives the subgraph's restarts. */
export class Upstream {
  private unsubscribe: (() => void) | undefined;
  private retry: NodeJS.Timeout | undefined;
  private failures = 0;
  private startedAt = 0;
  private served = false;
  private stopped = false;

  constructor(
    private readonly plan: SubscriptionPlan,
    private readonly variables: Readonly<Record<string, unknown>>,
    private readonly listener: Listener,
    private readonly services: UpstreamServices,
  ) {
    this.services.metrics.upstreams.inc({ subgraph: plan.primary.serviceName });
    this.start();
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.services.metrics.upstreams.dec({ subgraph: this.plan.primary.serviceName });
    clearTimeout(this.retry);
    this.unsubscribe?.();
  }

  private start(): void {
    const { sockets, clock } = this.services;
    const { primary, upstreamQuery: query } = this.plan;
    this.startedAt = clock();
    // What this attempt says after it failed concerns nobody.
    let over = false;
    const once = (outcome: () => void): void => {
      if (over || this.stopped) return;
      over = true;
      outcome();
    };
    const variables = pick(this.variables, primary.variableUsages ?? []);
    const payload = { query, operationName: primary.operationName, variables };
    this.unsubscribe = sockets.subscribe(primary.serviceName, payload, {
      next: (message) => {
        if (over || this.stopped) return;
        const result = message as UpstreamResult;
        if (isRefusal(result)) once(() => this.refused(result.errors ?? []));
        else this.received(result);
      },
      error: (reason) =>
        once(() => (Array.isArray(reason) ? this.refused(reason) : this.lost(reason))),
      complete: () => once(() => this.listener.completed()),
    });
  }

  private received(result: UpstreamResult): void {
    this.served = true;
    this.failures = 0;
    this.services.metrics.events.inc({ subgraph: this.plan.primary.serviceName });
    this.listener.event(result);
  }

  private refused(errors: readonly unknown[]): void {
    const shown = errors.map((error) => publicError(error, pathOf(error)));
    const { serviceName: subgraph } = this.plan.primary;
    this.services.log.info({ subgraph, errors }, 'a subgraph refused a subscription');
    const passing = shown.every(({ extensions }) => PASSING.has(extensions.code));
    if (this.served && passing) this.startAgain(shown[0]?.extensions.code);
    else this.listener.failed(shown);
  }

  private lost(reason: unknown): void {
    const { code, message } = reason as { code?: unknown; message?: unknown };
    this.startAgain(message ?? code);
  }

  private startAgain(reason: unknown): void {
    const { clock, random, metrics, log } = this.services;
    const subgraph = this.plan.primary.serviceName;
    if (clock() - this.startedAt > STABLE_MS) this.failures = 0;
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
    const delayMs = longest * (0.5 + random() / 2);
    this.failures += 1;
    metrics.upstreamRetries.inc({ subgraph });
    log.debug({ subgraph, reason, delayMs }, 'an upstream subscription starts again');
    this.retry = setTimeout(() => this.start(), delayMs);
  }
}

/** A result without even null as data says that the subscription could not start. */
const isRefusal = (result: UpstreamResult): boolean =>
  result.errors !== undefined && result.data === undefined;

const pathOf = (error: unknown): (string | number)[] | undefined =>
  isObject(error) && Array.isArray(error['path'])
    ? (error['path'] as (string | number)[])
    : undefined;

const pick = (
  variables: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> =>
  Object.fromEntries(
    names.filter((name) => variables[name] !== undefined).map((name) => [name, variables[name]]),
  );
