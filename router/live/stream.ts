import type { PlanNode } from '@apollo/query-planner';
import type { Clock } from '@spyhop/platform/clock';
import { ERROR_CODES } from '@spyhop/platform/errors';
import type { Log } from '@spyhop/platform/log';
import { codedError } from '../execute/errors';
import { project } from '../execute/project';
import { type Run, runPlan } from '../execute/run-plan';
import type { RouterMetrics } from '../metrics';
import type { SubscriptionPlan } from '../plan/subscription-plan';
import type { LoadedSupergraph } from '../supergraph/load';
import { type PendingDraft, PendingEvents, type UpstreamResult } from './events';
import { type Latest, type Result, createLatest } from './latest';
import type { Delivery } from './delivery';
import { type BacklogLimits, Member, type Sink } from './member';
import { Stragglers } from './stragglers';
import { Upstream, type UpstreamServices } from './upstream';

/** What all streams share. */
export interface StreamServices extends UpstreamServices {
  supergraph: LoadedSupergraph;
  ask: Run['ask'];
  clock: Clock;
  newRequestId: () => string;
  metrics: RouterMetrics;
  log: Log;
  backlog: BacklogLimits;
  /** Keys of which a stream keeps the newest state. */
  maxKeys: number;
}

/**
 * One subscription, served to everybody who asked for the same: events come in once,
 * are joined with the other subgraphs' fields once, serialised once, and go to all members.
 */
export class Stream {
  private readonly members = new Set<Member>();
  private readonly stragglers: Stragglers;
  private readonly pending: PendingEvents;
  private readonly latest: Latest;
  private readonly upstream: Upstream;
  private joining = false;
  private ended = false;

  constructor(
    private readonly plan: SubscriptionPlan,
    private readonly variables: Readonly<Record<string, unknown>>,
    private readonly services: StreamServices,
    private readonly onEnd: () => void,
  ) {
    this.stragglers = new Stragglers(services.clock, (member) => this.dropStuck(member));
    this.pending = new PendingEvents(plan, services.maxKeys);
    this.latest = createLatest(plan, services.maxKeys);
    services.metrics.streams.inc();
    this.upstream = new Upstream(
      plan,
      variables,
      {
        event: (result) => this.receive(result),
        failed: (errors) => this.end((sink) => sink.error(errors)),
        completed: () => this.end((sink) => sink.complete()),
      },
      services,
    );
  }

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  /** Adds a client, who gets the newest state at once. Returns how it leaves. */
  join(sink: Sink): () => void {
    const member = new Member(sink, this.latest, this.services.backlog);
    this.members.add(member);
    this.services.metrics.subscriptions.inc();
    const snapshot = this.latest.snapshot();
    if (snapshot.payloads.length > 0 && !member.deliver(snapshot, this.services.clock())) {
      this.stragglers.add(member);
    }
    return () => this.leave(member);
  }

  /** Ends the stream for all its members, and its upstream. */
  end(farewell: (sink: Sink) => void): void {
    if (this.ended) return;
    this.ended = true;
    this.upstream.stop();
    this.onEnd();
    for (const member of [...this.members]) {
      this.leave(member);
      farewell(member.sink);
    }
    this.stragglers.close();
    this.services.metrics.streams.dec();
  }

  private leave(member: Member): void {
    if (!this.members.delete(member)) return;
    this.stragglers.remove(member);
    this.services.metrics.subscriptions.dec();
  }

  private dropStuck(member: Member): void {
    this.services.metrics.stuckClients.inc();
    member.sink.stuck();
  }

  private receive(result: UpstreamResult): void {
    const replaced = this.pending.add(result);
    if (replaced > 0) this.services.metrics.coalesced.inc(replaced);
    if (!this.plan.rest) this.publishAll(this.pending.take(), this.services.newRequestId());
    else if (!this.joining) void this.joinPending(this.plan.rest);
  }

  /** Events that arrive meanwhile wait for the next turn. */
  private async joinPending(rest: PlanNode): Promise<void> {
    this.joining = true;
    while (!this.pending.isEmpty && !this.ended) {
      const taken = this.pending.take();
      const requestId = this.services.newRequestId();
      await runPlan(rest, {
        drafts: taken.map(({ draft }) => draft),
        variables: this.variables,
        schema: this.services.supergraph.fullSchema,
        ask: this.services.ask,
        requestId,
      }).catch((err: unknown) => this.reportFault(err, taken, requestId));
      this.publishAll(taken, requestId);
    }
    this.joining = false;
  }

  private reportFault(err: unknown, taken: readonly PendingDraft[], requestId: string): void {
    this.services.log.error({ err, requestId }, 'an event could not be joined');
    for (const { draft } of taken) {
      draft.errors.push(codedError('INTERNAL', ERROR_CODES.INTERNAL, [this.plan.responseName]));
    }
  }

  private publishAll(taken: readonly PendingDraft[], requestId: string): void {
    if (this.ended) return;
    const results = taken.map((event) => this.serialise(event, requestId));
    this.broadcast({
      payloads: results.map(({ payload }) => payload),
      keys: results.flatMap(({ keys }) => keys),
    });
  }

  private serialise({ draft, keys }: PendingDraft, requestId: string): Result {
    const { supergraph } = this.services;
    const shown = project(supergraph.apiSchema, this.plan.document, this.variables, draft);
    return this.latest.add(shown, keys, requestId);
  }

  private broadcast(delivery: Delivery): void {
    const { metrics, clock } = this.services;
    const now = clock();
    let sent = 0;
    for (const member of this.members) {
      if (member.deliver(delivery, now)) sent += 1;
      else this.stragglers.add(member);
    }
    const each = delivery.payloads.length;
    metrics.messages.inc(sent * each);
    if (sent < this.members.size) metrics.heldBack.inc((this.members.size - sent) * each);
  }
}
