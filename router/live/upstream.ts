import type { Clock } from '@spyhop/platform/clock';
import { ERROR_CODES } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import { traceHeaders, tracedStart } from '@spyhop/platform/tracing';
import type { Sink, SubscribePayload } from 'graphql-ws';
import { type Path, isObject } from '../execute/data';
import { type PathError, codedError, publicError } from '../execute/errors';
import type { ClientHeaders } from '../guard/header-rules';
import type { RouterMetrics } from '../metrics';
import { RESUME_VARIABLE } from '../plan/resume-argument';
import { type Element, SPLIT_VARIABLE } from '../plan/split-argument';
import type { SubscriptionPlan } from '../plan/subscription-plan';
import { type UpstreamResult, cursorOf } from './event-items';
import { type LossLog, lossOf } from './lost';

/** Subscribes once at a subgraph; a lost connection is an error of the sink. Returns how to unsubscribe. */
export type SubscribeAt = (
  subgraph: string,
  payload: SubscribePayload,
  headers: Readonly<Record<string, string>>,
  sink: Sink,
) => () => void;

/** What upstream subscriptions share. */
export interface UpstreamServices {
  subscribeAt: SubscribeAt;
  /** What goes along to a subgraph, as who asks. */
  headersFor: (
    source: Pick<UpstreamSource, 'identity' | 'headers'>,
    subgraph: string,
    payload: SubscribePayload,
  ) => Readonly<Record<string, string>>;
  clock: Clock;
  /** 0 to 1; spreads reconnections. */
  random: () => number;
  metrics: RouterMetrics;
  losses: LossLog;
  log: Log;
}

/** What is subscribed to. */
export interface UpstreamSource {
  plan: SubscriptionPlan;
  element: Element;
  variables: Readonly<Record<string, unknown>>;
  identity: Identity | null;
  headers: ClientHeaders | null;
  /** The cursor behind which it goes on; null where it begins. */
  after: string | null;
}

interface Listener {
  event(result: UpstreamResult): void;
  /** The subgraph refused or ended it with errors. */
  failed(errors: readonly PathError[]): void;
  completed(): void;
}

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 5_000;
/** A subscription that held this long, longer than connecting takes, starts again as if it were the first time. */
const STABLE_MS = 20_000;
/** Of a subscription that never brought anything nor held: within some seconds, in which a subgraph may start. */
const MOST_ATTEMPTS = 6;
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
  /** Of the last event; what comes next comes after it, although the subgraph was away. */
  private cursor: string | null;
  private headers: ClientHeaders | null;

  constructor(
    private source: UpstreamSource,
    private readonly listener: Listener,
    private readonly services: UpstreamServices,
  ) {
    this.cursor = source.after;
    this.headers = source.headers;
    this.services.metrics.upstreams.inc({ subgraph: source.plan.subgraph });
  }

  start(): void {
    this.startedAt = this.services.clock();
    this.subscribe();
  }

  /** Goes on with a plan that is the same, and lets go of the supergraph of the former one. */
  adopt(plan: SubscriptionPlan): void {
    this.source = { ...this.source, plan };
  }

  /** Asks with these headers whenever it asks anew. */
  renew(headers: ClientHeaders | null): void {
    this.headers = headers;
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.services.metrics.upstreams.dec({ subgraph: this.source.plan.subgraph });
    clearTimeout(this.retry);
    this.unsubscribe?.();
  }

  private subscribe(): void {
    const { subscribeAt, headersFor } = this.services;
    // What this attempt says after it failed concerns nobody.
    let over = false;
    const once = (outcome: () => void): void => {
      if (over || this.stopped) return;
      over = true;
      outcome();
    };
    // No function here may refer to the plan: they last as long as the subscription, and it holds its supergraph.
    const { subgraph, upstreamQuery: query, upstreamOperation: operationName } = this.source.plan;
    const payload = { query, operationName, variables: variablesFor(this.source, this.cursor) };
    const sink: Sink = {
      next: (message) => {
        if (over || this.stopped) return;
        const result = message as UpstreamResult;
        if (isRefusal(result)) once(() => this.refused(result.errors ?? []));
        else this.received(result);
      },
      error: (reason) =>
        once(() => (Array.isArray(reason) ? this.refused(reason) : this.lost(reason))),
      complete: () => once(() => this.listener.completed()),
    };
    this.unsubscribe = tracedStart(`subscribe ${subgraph}`, CLIENT_SPAN, () => {
      const asker = { identity: this.source.identity, headers: this.headers };
      const headers = { ...headersFor(asker, subgraph, payload), ...traceHeaders() };
      return subscribeAt(subgraph, payload, headers, sink);
    });
  }

  private received(result: UpstreamResult): void {
    this.served = true;
    this.failures = 0;
    this.services.metrics.events.inc({ subgraph: this.source.plan.subgraph });
    this.cursor = cursorOf(this.source.plan, result) ?? this.cursor;
    this.listener.event(result);
  }

  private refused(errors: readonly unknown[]): void {
    const shown = errors.map((error) => publicError(error, pathOf(error)));
    const { subgraph } = this.source.plan;
    this.services.log.info({ subgraph, errors }, 'a subgraph refused a subscription');
    const passing = shown.every(({ extensions }) => PASSING.has(extensions.code));
    if (this.served && passing) this.startAgain(shown[0]?.extensions.code);
    else this.listener.failed(shown);
  }

  private lost(reason: unknown): void {
    const { losses } = this.services;
    const { isFinal, cause } = lossOf(reason);
    losses.tell(this.source.plan.subgraph, cause);
    this.served ||= this.hasHeld();
    if (this.served || !(isFinal || this.failures + 1 >= MOST_ATTEMPTS)) {
      return this.startAgain(cause);
    }
    const { UPSTREAM_UNAVAILABLE: message } = ERROR_CODES;
    this.listener.failed([codedError('UPSTREAM_UNAVAILABLE', message)]);
  }

  private hasHeld(): boolean {
    return this.services.clock() - this.startedAt > STABLE_MS;
  }

  private startAgain(reason: unknown): void {
    const { random, metrics, log } = this.services;
    const { subgraph } = this.source.plan;
    if (this.hasHeld()) this.failures = 0;
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
    const delayMs = longest * (0.5 + random() / 2);
    this.failures += 1;
    metrics.upstreamRetries.inc({ subgraph });
    log.debug({ subgraph, reason, delayMs }, 'an upstream subscription starts again');
    this.retry = setTimeout(() => this.start(), delayMs);
  }
}

const CLIENT_SPAN = { kind: 'client', attributes: {} } as const;

/** A result without even null as data says that the subscription could not start. */
const isRefusal = (result: UpstreamResult): boolean =>
  result.errors !== undefined && result.data === undefined;

const pathOf = (error: unknown): Path | undefined =>
  isObject(error) && Array.isArray(error['path']) ? (error['path'] as Path) : undefined;

function variablesFor(
  { plan, element, variables }: UpstreamSource,
  cursor: string | null,
): Record<string, unknown> {
  const known: Readonly<Record<string, unknown>> = {
    ...variables,
    ...(plan.split && { [SPLIT_VARIABLE]: element.value }),
    ...(plan.resume && cursor !== null && { [RESUME_VARIABLE]: cursor }),
  };
  return Object.fromEntries(
    plan.upstreamVariables
      .filter((name) => known[name] !== undefined)
      .map((name) => [name, known[name]]),
  );
}
