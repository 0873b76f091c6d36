import type { Duplex } from 'node:stream';
import { MessageType } from 'graphql-ws';
import type { GraphQLFormattedError } from 'graphql';
import type { Payload } from '../live/payload';
import type { Sink } from '../live/sink';
import type { Started } from './connection';
import { nextPrefix } from './frames';

/** A close code of ours: the client took nothing for too long and may come back. */
export const STUCK_CLIENT = 4_413;

/** The connection as its operations see it. */
export interface OperationConnection {
  readonly wire: Duplex;
  send(message: object): void;
  /** Sends results, each behind what comes before it in its message. */
  sendNext(prefix: Buffer, payloads: readonly Payload[]): void;
  /** Frees the id of an operation that has ended. */
  remove(id: string, operation: ClientOperation): void;
  close(code: number, reason: string): void;
}

/** One operation of a client, under the id that the client chose. */
export class ClientOperation implements Sink {
  readonly transport = 'websocket';
  private readonly prefix: Buffer;
  private started: Started | undefined;
  private ended = false;

  constructor(
    private readonly id: string,
    private readonly connection: OperationConnection,
  ) {
    this.prefix = nextPrefix(id);
  }

  get backlog(): number {
    return this.connection.wire.writableLength;
  }

  get begun(): Promise<void> {
    return this.started?.begun ?? Promise.resolve();
  }

  start(begin: () => Started): void {
    this.started = begin();
    if (this.ended) this.started.leave();
  }

  /** Nothing is sent for it from here on. */
  stop(): void {
    this.ended = true;
    this.started?.leave();
  }

  next(payloads: readonly Payload[]): void {
    if (!this.ended) this.connection.sendNext(this.prefix, payloads);
  }

  error(errors: readonly GraphQLFormattedError[]): void {
    this.finish({ id: this.id, type: MessageType.Error, payload: errors });
  }

  complete(): void {
    this.finish({ id: this.id, type: MessageType.Complete });
  }

  stuck(): void {
    this.connection.close(STUCK_CLIENT, 'The client took nothing for too long');
  }

  private finish(message: object): void {
    if (this.ended) return;
    this.ended = true;
    this.connection.remove(this.id, this);
    this.connection.send(message);
  }
}
