import { ERROR_CODES, type ErrorCode } from '@spyhop/platform/errors';
import { print } from 'graphql';
import { codedError } from '../execute/errors';
import type { HeaderRules } from '../guard/header-rules';
import { canonicalJson } from '../plan/canonical-json';
import { RefusedOperation, refused } from '../plan/refused';
import { type Element, SPLIT_VARIABLE, elementsOf } from '../plan/split-argument';
import type { SubscriptionPlan } from '../plan/subscription-plan';
import { coerceVariables } from '../plan/variables';
import { Quota, type SubscriptionLimits } from './quota';
import type { Session } from './session';
import type { Sink } from './sink';
import { type Spread, spreadOver } from './spread';
import { Stream, type StreamServices, type StreamSource } from './stream';

/** Who subscribes. */
export interface Viewer {
  session: Session;
  /**
   * Equal for those who see the same, where the operation asks for what not everybody sees: it is executed
   * in the name of the session's identity then, and ends with it. Null for what is everybody's.
   */
  shareKey: string | null;
}

/** The operation as a new schema plans it. Throws RefusedOperation where it does not fit any more. */
export type PlanAnew = (query: string, operationName: string | null) => SubscriptionPlan;

interface StreamsOptions {
  services: StreamServices;
  headers: HeaderRules;
  limits: SubscriptionLimits;
  /** How fast clients are sent away when the schema or the router goes. */
  spread: Spread;
}

/** One client's subscription, whichever stream it is in. */
interface Subscription {
  sink: Sink;
  viewer: Viewer;
  elements: readonly Element[];
  leaveStream: () => void;
  /** It is on its way from one stream to another. */
  isMoving: boolean;
  /** Called when it has ended. */
  release: () => void;
}

interface Running {
  stream: Stream;
  subscriptions: Set<Subscription>;
}

/** The streams that run now, one for each distinct plan, variables and, where they matter, identity and headers. */
export class Streams {
  private readonly running = new Map<string, Running>();
  /** Streams of a former schema, whose clients are being sent away. */
  private readonly outdated = new Set<Running>();
  private readonly quota: Quota;
  private readonly closing = new AbortController();

  constructor(private readonly options: StreamsOptions) {
    this.quota = new Quota(options.limits);
  }

  /** Subscribes a client. Returns how it leaves. Throws RefusedOperation. */
  join(
    plan: SubscriptionPlan,
    given: Readonly<Record<string, unknown>>,
    sink: Sink,
    viewer: Viewer,
  ): () => void {
    if (this.closing.signal.aborted) throw refused('GOING_AWAY', ERROR_CODES.GOING_AWAY);
    const { session, shareKey } = viewer;
    const variables = coerceVariables(plan.schema, plan.definitions, given);
    const elements = elementsOf(plan.split, variables);
    const running = this.streamFor(plan, variables, elements, viewer);
    const subject = session.identity?.subject ?? null;
    this.quota.enter(subject);
    const subscription: Subscription = {
      sink,
      viewer,
      elements,
      leaveStream: () => undefined,
      isMoving: false,
      release: () => this.quota.leave(subject),
    };
    if (shareKey !== null) this.endWithSession(subscription);
    this.seat(subscription, running);
    return () => subscription.leaveStream();
  }

  /**
   * Takes over a new schema: streams whose plan is the same go on, clients of others are moved to what
   * they are planned as now, and clients of those that do not fit any more, or ask for other rights, are
   * ended one after the other.
   */
  swap(planAnew: PlanAnew): void {
    for (const [key, running] of [...this.running]) {
      const { stream } = running;
      const next = plannedAnew(stream.plan, planAnew)?.under(stream.source.variables);
      if (next && isSame(stream.plan, next) && fits(next, stream.source)) {
        stream.adopt(next);
        continue;
      }
      this.running.delete(key);
      this.outdated.add(running);
      if (next?.access === stream.plan.access) this.move(running, next);
      void this.sendAway([...running.subscriptions], 'SCHEMA_CHANGED').then(() =>
        this.outdated.delete(running),
      );
    }
  }

  /** Sends all clients away, who come back to another router, and ends all streams. */
  async close(): Promise<void> {
    this.closing.abort();
    const all = [...this.running.values(), ...this.outdated];
    await this.sendAway(
      all.flatMap(({ subscriptions }) => [...subscriptions]),
      'GOING_AWAY',
    );
    for (const { stream } of all) stream.end((sink) => sink.complete());
  }

  private streamFor(
    plan: SubscriptionPlan,
    all: Readonly<Record<string, unknown>>,
    elements: readonly Element[],
    { session, shareKey }: Viewer,
  ): Running {
    const variables = usedOf(plan, all);
    const headers = this.options.headers.relevantTo(plan.subgraphs, session.headers);
    const key = [shareKey ?? '', canonicalJson(headers), plan.key, canonicalJson(variables)];
    const identity = shareKey === null ? null : session.identity;
    const running =
      this.running.get(key.join('\n')) ??
      this.open(key.join('\n'), plan, { variables, identity, headers });
    if (running.stream.hasRoomFor(elements)) return running;
    throw refused('RATE_LIMITED', 'Too many different elements are followed already.');
  }

  private open(key: string, plan: SubscriptionPlan, source: StreamSource): Running {
    const stream = new Stream(plan.under(source.variables), source, this.options.services, () => {
      if (this.running.get(key) === running) this.running.delete(key);
    });
    const running: Running = { stream, subscriptions: new Set() };
    this.running.set(key, running);
    return running;
  }

  private seat(subscription: Subscription, { stream, subscriptions }: Running): void {
    subscriptions.add(subscription);
    subscription.leaveStream = stream.join(subscription.sink, subscription.elements, () => {
      subscriptions.delete(subscription);
      if (!subscription.isMoving) subscription.release();
    });
  }

  private endWithSession(subscription: Subscription): void {
    const { viewer, release } = subscription;
    const forget = viewer.session.onExpired(() => end(subscription, 'SUBSCRIPTION_EXPIRED'));
    subscription.release = () => {
      forget();
      release();
    };
  }

  private move({ stream, subscriptions }: Running, next: SubscriptionPlan): void {
    for (const subscription of [...subscriptions]) {
      const given = givenFor(stream, subscription.elements);
      const target = attempt(() => {
        const variables = coerceVariables(next.schema, next.definitions, given);
        const elements = elementsOf(next.split, variables);
        return {
          elements,
          running: this.streamFor(next, variables, elements, subscription.viewer),
        };
      });
      if (!target) continue;
      subscription.isMoving = true;
      subscription.leaveStream();
      subscription.isMoving = false;
      subscription.elements = target.elements;
      this.seat(subscription, target.running);
    }
  }

  private sendAway(subscriptions: readonly Subscription[], code: ErrorCode): Promise<void> {
    const { spread } = this.options;
    // What is closing already waits for nothing but itself.
    const signal = code === 'GOING_AWAY' ? undefined : this.closing.signal;
    return spreadOver(subscriptions, spread, (subscription) => end(subscription, code), signal);
  }
}

/** A client that has left meanwhile is not told. */
function end({ sink, leaveStream }: Subscription, code: ErrorCode): void {
  leaveStream();
  sink.error([codedError(code, ERROR_CODES[code])]);
}

const usedOf = (
  { usedVariables }: SubscriptionPlan,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => usedVariables.has(name)));

const plannedAnew = (
  { document, name }: SubscriptionPlan,
  planAnew: PlanAnew,
): SubscriptionPlan | undefined => attempt(() => planAnew(print(document), name));

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (err) {
    if (err instanceof RefusedOperation) return undefined;
    throw err;
  }
}

const isSame = (former: SubscriptionPlan, next: SubscriptionPlan): boolean =>
  former.key === next.key &&
  former.subgraph === next.subgraph &&
  former.upstreamQuery === next.upstreamQuery &&
  former.joinText === next.joinText &&
  former.access === next.access &&
  canonicalJson([former.rules, former.root]) === canonicalJson([next.rules, next.root]);

/** Whether the variables are still what the schema asks for. */
const fits = (plan: SubscriptionPlan, { variables }: StreamSource): boolean =>
  attempt(() =>
    coerceVariables(
      plan.schema,
      plan.definitions.filter(({ variable }) => variable.name.value !== SPLIT_VARIABLE),
      variables,
    ),
  ) !== undefined;

/** What a client would give now for the document of a stream. */
function givenFor(
  { plan, source }: Stream,
  elements: readonly Element[],
): Readonly<Record<string, unknown>> {
  if (!plan.split) return source.variables;
  const [only, ...others] = elements;
  const list = others.length === 0 ? only?.value : elements.flatMap(({ value }) => value);
  return { ...source.variables, [SPLIT_VARIABLE]: list };
}
