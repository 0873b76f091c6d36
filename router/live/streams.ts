import { ERROR_CODES, type ErrorCode } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import { codedError } from '../execute/errors';
import type { HeaderRules } from '../guard/header-rules';
import { namesCredential } from '../guard/identity';
import { canonicalJson } from '../plan/canonical-json';
import type { ExpectedOperation } from '../plan/operations';
import { refused } from '../plan/refused';
import { cursorGiven } from '../plan/resume-argument';
import { type Element, elementsOf } from '../plan/split-argument';
import type { SubscriptionPlan } from '../plan/subscription-plan';
import { coerceVariables } from '../plan/variables';
import { Meetings } from './meetings';
import { Quota, type SubscriptionLimits } from './quota';
import type { Session } from './session';
import type { Sink } from './sink';
import { type PlanAnew, attempt, expectedFor, fits, givenFor, isSame, plannedAnew } from './replan';
import { type Spread, spreadOver } from './spread';
import {
  type Joined,
  Stream,
  type StreamServices,
  type StreamSource,
  type Waiting,
} from './stream';

/** Who subscribes. */
export interface Viewer {
  session: Session;
  /**
   * Where the operation asks for what not everybody sees, it ends with the session, as it does where subgraphs
   * are sent what the client says who it is by. Null for what is everybody's.
   */
  shares: Shares | null;
}

/** In whose name a stream is executed. */
export interface Shares {
  /** As it was when the client subscribed: the session may get one that may do more. */
  identity: Identity | null;
  /** Equal for those who see the same. */
  key: string;
}

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
  joined: Joined;
  /** Where it is. */
  running: Running;
  /** It is on its way from one stream to another. */
  isMoving: boolean;
  /** Called when it has ended. */
  release: () => void;
}

/** What a client asks for, besides the plan. */
interface Wanted {
  variables: Readonly<Record<string, unknown>>;
  elements: readonly Element[];
  /** The cursor behind which it goes on; null where it begins. */
  after: string | null;
}

interface Running {
  /** Equal for streams of the same, wherever they began. */
  key: string;
  stream: Stream;
  subscriptions: Set<Subscription>;
}

/** Where a client belongs. */
interface Destination {
  /** Undefined where there is no such stream yet. */
  running: Running | undefined;
  key: string;
  plan: SubscriptionPlan;
  source: StreamSource;
}

const NOT_JOINED: Joined = { leave: () => undefined, hasAll: () => true };

/**
 * The streams that run now, one for each distinct plan, variables and, where they matter, identity and headers.
 * Who resumes behind a cursor has a stream of its own until it meets another one.
 */
export class Streams {
  /** Those that began when their first client came. */
  private readonly live = new Map<string, Running>();
  private readonly resumed = new Set<Running>();
  private readonly meetings = new Meetings<Running>();
  /** Streams of a former schema, whose clients are being sent away. */
  private readonly outdated = new Set<Running>();
  private readonly quota: Quota;
  private readonly closing = new AbortController();

  constructor(private readonly options: StreamsOptions) {
    this.quota = new Quota(options.limits);
  }

  /** How much waits in all of them. */
  get waiting(): Waiting {
    const sum: Waiting = { clients: 0, joins: 0 };
    for (const { stream } of [...this.all(), ...this.outdated]) {
      const { clients, joins } = stream.waiting;
      sum.clients += clients;
      sum.joins += joins;
    }
    return sum;
  }

  /** Subscribes a client. Returns how it leaves. Throws RefusedOperation. */
  join(
    plan: SubscriptionPlan,
    given: Readonly<Record<string, unknown>>,
    sink: Sink,
    viewer: Viewer,
  ): () => void {
    if (this.closing.signal.aborted) throw refused('GOING_AWAY', ERROR_CODES.GOING_AWAY);
    const { session, shares } = viewer;
    const variables = coerceVariables(plan.schema, plan.definitions, given);
    const elements = elementsOf(plan.split, variables);
    const after = cursorGiven(plan.resume, variables);
    const destination = this.destinationFor(plan, { variables, elements, after }, viewer);
    const leaveQuota = this.quota.enter(session.identity, session.address);
    const running = this.runningAt(destination);
    const subscription: Subscription = {
      sink,
      viewer,
      elements,
      joined: NOT_JOINED,
      running,
      isMoving: false,
      release: leaveQuota,
    };
    const forwards = this.options.headers.forwarded.length > 0;
    if (shares || forwards) this.endWithSession(subscription);
    if (forwards) this.renewWithSession(subscription);
    this.seat(subscription, running);
    return () => subscription.joined.leave();
  }

  /** What they are planned for. */
  followed(): ExpectedOperation[] {
    return expectedFor(this.all().map(({ stream }) => stream));
  }

  /**
   * Takes over a new schema: streams whose plan is the same go on, clients of others are moved to what
   * they are planned as now, and clients of those that do not fit any more, or ask for other rights, are
   * ended one after the other.
   */
  swap(planAnew: PlanAnew): void {
    for (const running of this.all()) {
      const { stream } = running;
      const next = plannedAnew(stream.plan, planAnew)?.under(stream.source.variables);
      if (next && isSame(stream.plan, next) && fits(next, stream.source)) {
        stream.adopt(next);
        continue;
      }
      this.forget(running);
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
    const all = [...this.all(), ...this.outdated];
    await this.sendAway(
      all.flatMap(({ subscriptions }) => [...subscriptions]),
      'GOING_AWAY',
    );
    for (const { stream } of all) stream.end((sink) => sink.complete());
  }

  private all(): Running[] {
    return [...this.live.values(), ...this.resumed];
  }

  /** Throws RefusedOperation where there is no room; opens nothing. */
  private destinationFor(
    plan: SubscriptionPlan,
    { variables: all, elements, after }: Wanted,
    { session, shares }: Viewer,
  ): Destination {
    const variables = usedOf(plan, all);
    const headers = this.options.headers.relevantTo(plan.subgraphs, session.headers);
    const parts = [shares?.key ?? '', canonicalJson(headers), plan.key, canonicalJson(variables)];
    const key = parts.join('\n');
    const identity = shares?.identity ?? null;
    const running =
      after === null ? this.live.get(key) : this.meetings.whoIsAt(placeOf(key, after));
    const hasRoom = running
      ? running.stream.hasRoomFor(elements)
      : elements.length <= this.options.services.maxKeys;
    if (!hasRoom)
      throw refused('RATE_LIMITED', 'Too many different elements are followed already.');
    return { running, key, plan, source: { variables, identity, headers, after } };
  }

  private runningAt({ running, key, plan, source }: Destination): Running {
    return running ?? this.open(key, plan, source);
  }

  private open(key: string, plan: SubscriptionPlan, source: StreamSource): Running {
    const stream = new Stream(plan.under(source.variables), source, this.options.services, {
      advanced: (cursor) => this.meet(running, cursor),
      ended: () => this.forget(running),
    });
    const running: Running = { key, stream, subscriptions: new Set() };
    if (source.after === null) this.live.set(key, running);
    else {
      this.resumed.add(running);
      this.meetings.arrive(running, placeOf(key, source.after));
    }
    return running;
  }

  private forget(running: Running): void {
    if (this.live.get(running.key) === running) this.live.delete(running.key);
    this.resumed.delete(running);
    this.meetings.forget(running);
  }

  /** Two streams that have published up to the same event go on as one. */
  private meet(running: Running, cursor: string): void {
    const { key } = running;
    const place = placeOf(key, cursor);
    this.meetings.forget(running);
    const met = this.meetings.whoIsAt(place) ?? running;
    const [into, from] = this.live.get(key) === running ? [running, met] : [met, running];
    this.meetings.arrive(into, place);
    if (into === from) return;
    for (const subscription of [...from.subscriptions]) {
      if (subscription.joined.hasAll()) this.reseat(subscription, into);
    }
    if (from.subscriptions.size === 0) from.stream.end(() => undefined);
  }

  private seat(subscription: Subscription, running: Running): void {
    const { stream, subscriptions } = running;
    subscription.running = running;
    subscriptions.add(subscription);
    subscription.joined = stream.join(subscription.sink, subscription.elements, () => {
      subscriptions.delete(subscription);
      if (!subscription.isMoving) subscription.release();
    });
  }

  private reseat(subscription: Subscription, running: Running): void {
    subscription.isMoving = true;
    subscription.joined.leave();
    subscription.isMoving = false;
    this.seat(subscription, running);
  }

  private endWithSession(subscription: Subscription): void {
    const { viewer } = subscription;
    const forget = viewer.session.onExpired(() => {
      // What subgraphs are asked with may have come after it began.
      const { headers } = subscription.running.stream.source;
      if (viewer.shares || namesCredential(headers)) end(subscription, 'SUBSCRIPTION_EXPIRED');
    });
    releaseToo(subscription, forget);
  }

  private renewWithSession(subscription: Subscription): void {
    const { session } = subscription.viewer;
    releaseToo(
      subscription,
      session.onRenewed(() => this.renew(subscription)),
    );
  }

  /** What it asks of subgraphs from here on, it asks with the headers that its session has now. */
  private renew(subscription: Subscription): void {
    const { running, viewer, elements, joined } = subscription;
    if (this.outdated.has(running)) return;
    const { plan, source, cursor } = running.stream;
    const wanted = { variables: source.variables, elements, after: plan.resume ? cursor : null };
    const destination = attempt(() => this.destinationFor(plan, wanted, viewer));
    if (destination?.key === running.key) return;
    const isAlone = [...running.subscriptions].every(
      (other) => other.viewer.session === viewer.session,
    );
    if (destination && !destination.running && isAlone) this.rename(running, destination);
    else if (destination && joined.hasAll()) this.reseat(subscription, this.runningAt(destination));
    else end(subscription, 'SUBSCRIPTION_EXPIRED');
  }

  /** It goes on as the stream that it would be opened as now. */
  private rename(running: Running, { key, source }: Destination): void {
    const { stream } = running;
    const wasLive = this.live.get(running.key) === running;
    this.forget(running);
    running.key = key;
    stream.renew(source.headers);
    if (wasLive && !this.live.has(key)) this.live.set(key, running);
    else this.resumed.add(running);
    if (stream.cursor !== null) this.meetings.arrive(running, placeOf(key, stream.cursor));
  }

  private move({ stream, subscriptions }: Running, next: SubscriptionPlan): void {
    for (const subscription of [...subscriptions]) {
      // What it has not been sent yet would be lost on the way.
      if (!subscription.joined.hasAll()) continue;
      const given = givenFor(stream, subscription.elements);
      const target = attempt(() => {
        const variables = coerceVariables(next.schema, next.definitions, given);
        const elements = elementsOf(next.split, variables);
        const after = cursorGiven(next.resume, variables);
        const destination = this.destinationFor(
          next,
          { variables, elements, after },
          subscription.viewer,
        );
        return { elements, destination };
      });
      if (!target) continue;
      subscription.elements = target.elements;
      this.reseat(subscription, this.runningAt(target.destination));
    }
  }

  private sendAway(subscriptions: readonly Subscription[], code: ErrorCode): Promise<void> {
    const { spread } = this.options;
    // What is closing already waits for nothing but itself.
    const signal = code === 'GOING_AWAY' ? undefined : this.closing.signal;
    return spreadOver(subscriptions, spread, (subscription) => end(subscription, code), signal);
  }
}

function releaseToo(subscription: Subscription, more: () => void): void {
  const { release } = subscription;
  subscription.release = () => {
    more();
    release();
  };
}

/** A client that has left meanwhile is not told. */
function end({ sink, joined }: Subscription, code: ErrorCode): void {
  joined.leave();
  sink.error([codedError(code, ERROR_CODES[code])]);
}

const usedOf = (
  { usedVariables }: SubscriptionPlan,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => usedVariables.has(name)));

const placeOf = (key: string, cursor: string): string => `${key}\n${cursor}`;
