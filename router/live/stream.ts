import type { Clock } from '@spyhop/platform/clock';
import { ERROR_CODES } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import { type PathError, codedError } from '../execute/errors';
import type { Ask } from '../execute/subgraph-client';
import type { ClientHeaders } from '../guard/header-rules';
import type { RouterMetrics } from '../metrics';
import type { Element } from '../plan/split-argument';
import type { SubscriptionPlan } from '../plan/subscription-plan';
import { Audience, type Cohort } from './audience';
import { type Change, type Delivery, Packer } from './change';
import { type UpstreamResult, readEvent } from './event-items';
import { Joiner } from './joiner';
import { Latest } from './latest';
import { type BacklogLimits, ConflatingMember, type Member, QueuedMember } from './member';
import type { Sink } from './sink';
import { Stragglers } from './stragglers';
import { StreamFigures } from './stream-figures';
import { Upstream, type UpstreamServices } from './upstream';

/** What all streams share. */
export interface StreamServices extends UpstreamServices {
  ask: Ask;
  clock: Clock;
  newRequestId: () => string;
  metrics: RouterMetrics;
  log: Log;
  backlog: BacklogLimits;
  /** Keys of which a stream keeps the newest state, elements that it follows, events that wait to be joined. */
  maxKeys: number;
  /** Milliseconds that an upstream subscription outlives its last client, who might just be reloading a page. */
  lingerMs: number;
}

/** What a stream is of, besides its plan. */
export interface StreamSource {
  variables: Readonly<Record<string, unknown>>;
  /** Whose it is; null for everybody's. */
  identity: Identity | null;
  /** What some of its subgraphs get of its clients' headers, which are the same for all of them. */
  headers: ClientHeaders | null;
  /** The cursor behind which it goes on; null where it begins. */
  after: string | null;
}

/** A client's place in a stream. */
export interface Joined {
  /** Leaves without a word to the client. */
  leave: () => void;
  /** Whether the client has been sent all that the stream has published. */
  hasAll: () => boolean;
}

/** How much waits in a stream. */
export interface Waiting {
  /** For slow clients: results, or keys of which they get the newest. */
  clients: number;
  /** Events to be joined. */
  joins: number;
}

/** What a stream tells whoever runs it. */
interface Ears {
  /** Everything up to the event of this cursor was published. */
  advanced: (cursor: string) => void;
  ended: () => void;
}

interface OpenElement {
  upstream: Upstream;
  linger: NodeJS.Timeout | undefined;
}

interface Seat {
  cohort: Cohort;
  onLeft: () => void;
}

/**
 * One subscription, served to everybody who asked for the same: events come in once, are joined with the
 * other subgraphs' fields once, serialised once, and go to all members. Where it is split by a list, it
 * follows one upstream subscription per element, and each member gets those that it asked for.
 */
export class Stream {
  private readonly elements = new Map<string, OpenElement>();
  private readonly audience = new Audience();
  private readonly seats = new Map<Member, Seat>();
  private readonly latest: Latest;
  private readonly stragglers: Stragglers;
  private readonly joiner: Joiner;
  private readonly figures: StreamFigures;
  private readonly packer: Packer;
  private publishedTo: string | null;

  constructor(
    private current: SubscriptionPlan,
    private from: StreamSource,
    private readonly services: StreamServices,
    private readonly ears: Ears,
  ) {
    this.publishedTo = from.after;
    const { clock, maxKeys, metrics } = services;
    this.latest = new Latest(maxKeys);
    this.packer = new Packer(current.root.key);
    this.stragglers = new Stragglers(clock, (member) => this.dropStuck(member));
    const ask: Ask = (request) => {
      const { identity, headers } = this.from;
      return services.ask({ ...request, identity, headers });
    };
    const figures = (this.figures = new StreamFigures(metrics, current.name));
    const count = figures.awaited.bind(figures);
    this.joiner = new Joiner(current, from.variables, { ...services, ask, count }, (changes) =>
      this.publish(changes),
    );
  }

  get plan(): SubscriptionPlan {
    return this.current;
  }

  get source(): StreamSource {
    return this.from;
  }

  get waiting(): Waiting {
    return { clients: this.stragglers.waiting, joins: this.joiner.waiting };
  }

  /** Cursor of the last event that was published, or behind which it began; null where there is neither. */
  get cursor(): string | null {
    return this.publishedTo;
  }

  /** Whether it may follow these elements as well. */
  hasRoomFor(elements: readonly Element[]): boolean {
    const added = elements.filter(({ id }) => !this.elements.has(id)).length;
    return this.elements.size + added <= this.services.maxKeys;
  }

  /** Adds a client; `onLeft` is called once when it is gone, for whatever reason. */
  join(sink: Sink, elements: readonly Element[], onLeft: () => void): Joined {
    const member = this.memberFor(sink);
    const ids = elements.map(({ id }) => id);
    const cohort = this.audience.join(ids, member);
    this.seats.set(member, { cohort, onLeft });
    this.figures.joined();
    for (const element of elements) this.follow(element);
    if (this.current.rules.replayLast) this.replay(member, cohort);
    return { leave: () => this.leave(member), hasAll: () => member.held === 0 };
  }

  /** Goes on with a plan that is the same, for another supergraph. */
  adopt(plan: SubscriptionPlan): void {
    this.current = plan;
    this.joiner.adopt(plan);
    for (const { upstream } of this.elements.values()) upstream.adopt(plan);
  }

  /** Goes on with other headers of its clients. */
  renew(headers: ClientHeaders | null): void {
    this.from = { ...this.from, headers };
    for (const { upstream } of this.elements.values()) upstream.renew(headers);
  }

  /** Ends the stream for all its members, and its upstream subscriptions. */
  end(farewell: (sink: Sink) => void): void {
    this.dismiss([...this.seats.keys()], farewell);
    for (const id of [...this.elements.keys()]) this.closeElement(id);
  }

  private memberFor(sink: Sink): Member {
    const { figures, latest, packer } = this;
    const { backlog } = this.services;
    return this.current.rules.conflate
      ? new ConflatingMember(sink, backlog, figures, latest, packer)
      : new QueuedMember(sink, backlog, figures);
  }

  private follow(element: Element): void {
    const known = this.elements.get(element.id);
    if (known) {
      clearTimeout(known.linger);
      known.linger = undefined;
      return;
    }
    const { id } = element;
    const upstream = new Upstream(
      { plan: this.current, element, ...this.source },
      {
        event: (result) => this.receive(id, result),
        failed: (errors) => this.endElement(id, errors),
        completed: () => this.endElement(id, null),
      },
      this.services,
    );
    this.elements.set(id, { upstream, linger: undefined });
    upstream.start();
  }

  private replay(member: Member, { elements }: Cohort): void {
    const changes = this.latest.statesOf(elements);
    if (changes.length === 0) return;
    const delivery = { payloads: this.packer.pack(changes), changes };
    this.send([member], delivery, this.services.clock());
  }

  private receive(element: string, result: UpstreamResult): void {
    if (this.joiner.add(readEvent(this.current, element, result))) return;
    this.services.log.error('events arrive faster than they can be joined');
    const { UPSTREAM_UNAVAILABLE: message } = ERROR_CODES;
    this.end((sink) => sink.error([codedError('UPSTREAM_UNAVAILABLE', message)]));
  }

  private publish(changes: readonly Change[]): void {
    const { conflate, replayLast } = this.current.rules;
    if (conflate || replayLast) for (const change of changes) this.latest.set(change);
    const now = this.services.clock();
    for (const cohort of this.audience.distribute(changes)) {
      const own = cohort.take(changes);
      this.send(cohort.members, { payloads: this.packer.pack(own), changes: own }, now);
    }
    const cursor = changes.at(-1)?.cursor ?? null;
    if (cursor === null) return;
    this.publishedTo = cursor;
    this.ears.advanced(cursor);
  }

  /** `now` is epoch ms. */
  private send(members: Iterable<Member>, delivery: Delivery, now: number): void {
    let [sent, held] = [0, 0];
    for (const member of members) {
      const outcome = member.deliver(delivery, now);
      if (outcome === 'sent') {
        sent += 1;
        continue;
      }
      held += 1;
      if (outcome === 'held') this.stragglers.add(member);
      else this.dropSlow(member);
    }
    this.figures.sent(sent * delivery.payloads.length);
    if (held > 0) this.figures.heldBack(held * delivery.payloads.length);
  }

  private dropSlow(member: Member): void {
    const { held: missed } = member;
    this.figures.slow(missed);
    const message = `${missed} events were not taken in time and are lost to this subscription; read what they changed, then subscribe again.`;
    const extensions = { code: 'SLOW_CONSUMER', missed };
    this.dismiss([member], (sink) => sink.error([{ message, extensions }]));
  }

  private dropStuck(member: Member): void {
    this.figures.stuck(member.held);
    this.dismiss([member], (sink) => sink.stuck());
  }

  /** What came before the end is sent before it. Without errors the element is complete. */
  private endElement(id: string, errors: readonly PathError[] | null): void {
    this.joiner.afterAll(() => {
      const cohorts = this.audience.endElement(id);
      const over = errors ? cohorts : cohorts.filter(({ open }) => open === 0);
      const members = over.flatMap((cohort) => [...cohort.members]);
      this.dismiss(members, (sink) => (errors ? sink.error(errors) : sink.complete()));
      this.closeElement(id);
    });
  }

  private dismiss(members: readonly Member[], farewell: (sink: Sink) => void): void {
    for (const member of members) {
      this.leave(member);
      farewell(member.sink);
    }
  }

  private leave(member: Member): void {
    const seat = this.seats.get(member);
    if (!seat) return;
    this.seats.delete(member);
    this.stragglers.remove(member);
    this.figures.left();
    for (const element of this.audience.leave(seat.cohort, member)) this.linger(element);
    seat.onLeft();
  }

  private linger(id: string): void {
    const element = this.elements.get(id);
    if (!element) return;
    clearTimeout(element.linger);
    element.linger = setTimeout(() => this.closeElement(id), this.services.lingerMs);
    element.linger.unref();
  }

  private closeElement(id: string): void {
    const element = this.elements.get(id);
    if (!element) return;
    clearTimeout(element.linger);
    element.upstream.stop();
    this.elements.delete(id);
    this.latest.forgetElement(id);
    if (this.elements.size > 0) return;
    this.joiner.stop();
    this.stragglers.close();
    this.figures.ended();
    this.ears.ended();
  }
}
