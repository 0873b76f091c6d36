import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { traced } from '@spyhop/platform/tracing';
import type { Ask } from '../execute/subgraph-client';
import type { SubscriptionPlan } from '../plan/subscription-plan';
import { Batch } from './batch';
import type { Change } from './change';
import type { EventItem } from './event-items';
import { NewestPending, type Pending, QueuedPending } from './pending';

interface JoinerServices {
  ask: Ask;
  clock: Clock;
  newRequestId: () => string;
  /** Counts events that gave way to newer ones, or for which there was no room. */
  count: (events: { replaced: number; dropped: number }) => void;
  log: Log;
  /** Events that may wait to be joined: the newest of as many keys, or as many in order. */
  maxKeys: number;
}

/** Of all clients of a stream, and so on behalf of none. */
const joinSpan = (requestId: string) =>
  ({ kind: 'internal', root: true, attributes: { 'request.id': requestId } }) as const;

/**
 * Adds to events what other subgraphs know of them, in the order of their arrival and not more often
 * than the stream may send. What arrives meanwhile is joined together in the next turn.
 */
export class Joiner {
  private readonly pending: Pending;
  /** Called when what waits now has been published. */
  private afterPending: (() => void)[] = [];
  /** Called when what is joined now has been published. */
  private afterTurn: (() => void)[] = [];
  private readonly intervalMs: number;
  private timer: NodeJS.Timeout | undefined;
  private isJoining = false;
  private isStopped = false;
  /** When the next turn may begin, in epoch ms. */
  private dueAt = -Infinity;

  constructor(
    private plan: SubscriptionPlan,
    private readonly variables: Readonly<Record<string, unknown>>,
    private readonly services: JoinerServices,
    private readonly publish: (changes: readonly Change[]) => void,
  ) {
    const { conflate } = plan.rules;
    this.pending = conflate
      ? new NewestPending(services.maxKeys)
      : new QueuedPending(services.maxKeys);
    this.intervalMs = conflate?.maxHz ? 1_000 / conflate.maxHz : 0;
  }

  /** Events that wait. */
  get waiting(): number {
    return this.pending.size;
  }

  /** False when it cannot keep up where every event counts, and these are lost. */
  add(items: readonly EventItem[]): boolean {
    const added = this.pending.add(items);
    this.services.count(added);
    if (added.dropped > 0 && !this.plan.rules.conflate) return false;
    this.schedule();
    return true;
  }

  /** Calls back when all that was added so far has been published, in its turn. */
  afterAll(callback: () => void): void {
    if (this.pending.size > 0) this.afterPending.push(callback);
    else if (this.isJoining) this.afterTurn.push(callback);
    else callback();
  }

  /** Goes on with a plan that is the same, for another supergraph. */
  adopt(plan: SubscriptionPlan): void {
    this.plan = plan;
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.isJoining || this.timer || this.isStopped) return;
    // Never longer, wherever somebody sets the clock.
    const wait = Math.min(this.dueAt - this.services.clock(), this.intervalMs);
    if (wait <= 0) return void this.turn();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.turn();
    }, wait);
  }

  private async turn(): Promise<void> {
    this.isJoining = true;
    this.dueAt = nextDue(this.dueAt, this.services.clock(), this.intervalMs);
    const batch = new Batch(this.plan, this.pending.take());
    const over = (this.afterTurn = this.afterPending);
    this.afterPending = [];
    const requestId = this.services.newRequestId();
    if (this.plan.join) await this.join(batch, requestId);
    if (!this.isStopped) this.publish(batch.changes(this.variables, requestId));
    this.isJoining = false;
    for (const callback of over) callback();
    if (this.pending.size > 0) this.schedule();
  }

  private async join(batch: Batch, requestId: string): Promise<void> {
    const { ask, log } = this.services;
    try {
      await traced('join', joinSpan(requestId), async () =>
        this.plan.join?.(batch.drafts, { variables: this.variables, requestId, ask }),
      );
    } catch (err) {
      log.error({ err, requestId }, 'an event could not be joined');
      batch.fail();
    }
  }
}

/** A turn that is late by less than half a period does not make the next one late: a stream keeps its pace. */
const nextDue = (due: number, now: number, period: number): number =>
  (Math.abs(now - due) < period / 2 ? due : now) + period;
