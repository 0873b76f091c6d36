import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { GraphQLFormattedError } from 'graphql';
import type { Payload } from './payload';
import type { Sink, Transport } from './sink';

/** Whose end is told of. */
export interface LoggedOperation {
  /** As the client calls it; null where it does not. */
  operationName: string | null;
  requestId?: string | undefined;
  /** The client's network address. */
  address: string;
}

/** Tells the access log of one client's subscription when it ends, once. */
export class LoggedSink implements Sink {
  private readonly startedAt: number;
  private events = 0;
  private replaced = 0;
  private hasEnded = false;

  constructor(
    private readonly sink: Sink,
    private readonly operation: LoggedOperation,
    private readonly services: { clock: Clock; log: Log },
  ) {
    this.startedAt = services.clock();
  }

  get transport(): Transport {
    return this.sink.transport;
  }

  get backlog(): number {
    return this.sink.backlog;
  }

  next(payloads: readonly Payload[]): void {
    this.events += payloads.length;
    this.sink.next(payloads);
  }

  conflated(events: number): void {
    this.replaced += events;
  }

  error(errors: readonly GraphQLFormattedError[]): void {
    const { code, missed } = errors[0]?.extensions ?? {};
    this.ended(String(code), Number(missed ?? 0));
    this.sink.error(errors);
  }

  complete(): void {
    this.ended('complete');
    this.sink.complete();
  }

  stuck(): void {
    this.ended('stuck');
    this.sink.stuck();
  }

  /** The client has left. */
  left(): void {
    this.ended('left');
  }

  private ended(end: string, missed = 0): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const { clock, log } = this.services;
    const { transport, events, replaced: conflated, operation } = this;
    const ms = clock() - this.startedAt;
    log.info({ ...operation, transport, events, conflated, missed, ms, end }, 'subscription');
  }
}
