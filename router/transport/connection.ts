import type { Duplex } from 'node:stream';
import { CloseCode, type Message, MessageType, validateMessage } from 'graphql-ws';
import type { GraphQLFormattedError } from 'graphql';
import type { RawData, WebSocket } from 'ws';
import type { Sink } from '../live/member';
import { nextFrames, nextPrefix } from './frames';

/** A close code of ours: the client took nothing for too long and may come back. */
export const STUCK_CLIENT = 4_413;

/** What a client asks for with `subscribe`. */
export interface Asked {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  extensions?: Record<string, unknown> | null;
}

/** Starts an operation whose outcome goes to `sink`; returns how to end it. */
export type StartOperation = (asked: Asked, sink: Sink) => () => void;

/** Bounds of one connection. */
export interface ConnectionLimits {
  initTimeoutMs: number;
  subscriptions: number;
}

const MAX_REASON_BYTES = 123;
/** Unsent bytes above which nothing more is read from a client. */
const PAUSE_BYTES = 1_048_576;

/** One client's WebSocket, speaking the server's side of graphql-transport-ws. */
export class Connection {
  private readonly operations = new Map<string, Operation>();
  private readonly initTimeout: NodeJS.Timeout;
  private initialised = false;

  constructor(
    private readonly socket: WebSocket,
    /** The connection below `socket`: whole frames may be written to it between the socket's own. */
    readonly wire: Duplex,
    private readonly startOperation: StartOperation,
    private readonly limits: ConnectionLimits,
  ) {
    this.initTimeout = setTimeout(
      () =>
        this.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
      limits.initTimeoutMs,
    );
    socket.on('message', (data, isBinary) => this.receive(data, isBinary));
    socket.once('close', () => this.release());
    // What follows an error is the close event.
    socket.on('error', () => undefined);
  }

  close(code: number, reason: string): void {
    this.release();
    this.socket.close(code, limitReason(reason));
  }

  /** Frees the id of an operation that has ended. */
  remove(id: string, operation: Operation): void {
    if (this.operations.get(id) === operation) this.operations.delete(id);
  }

  send(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  sendFrames(frames: Buffer): void {
    if (this.socket.readyState === this.socket.OPEN) this.wire.write(frames);
  }

  private release(): void {
    clearTimeout(this.initTimeout);
    const operations = [...this.operations.values()];
    this.operations.clear();
    for (const operation of operations) operation.stop();
  }

  private receive(data: RawData, isBinary: boolean): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    const message = isBinary ? undefined : parseMessage(data);
    if (message instanceof Error || message === undefined) {
      this.close(CloseCode.BadRequest, message?.message ?? 'Messages must be text');
      return;
    }
    this.handle(message);
    if (this.wire.writableLength > PAUSE_BYTES) this.pause();
  }

  /** A client that takes no answers may not ask for more. */
  private pause(): void {
    if (this.socket.isPaused || !this.wire.writableNeedDrain) return;
    this.socket.pause();
    this.wire.once('drain', () => this.socket.resume());
  }

  private handle(message: Message): void {
    switch (message.type) {
      case MessageType.ConnectionInit:
        return this.initialise();
      case MessageType.Ping:
        return this.send({ type: MessageType.Pong, payload: message.payload });
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        return this.subscribe(message.id, message.payload);
      case MessageType.Complete:
        return this.completed(message.id);
      case MessageType.ConnectionAck:
      case MessageType.Next:
      case MessageType.Error:
        return this.close(CloseCode.BadRequest, `Unexpected message of type ${message.type}`);
    }
  }

  private initialise(): void {
    if (this.initialised) {
      this.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
      return;
    }
    this.initialised = true;
    clearTimeout(this.initTimeout);
    this.send({ type: MessageType.ConnectionAck });
  }

  private subscribe(id: string, asked: Asked): void {
    if (!this.initialised) return this.close(CloseCode.Unauthorized, 'Unauthorized');
    if (this.operations.has(id)) {
      const reason = `Subscriber for ${id} already exists`;
      return this.close(CloseCode.SubscriberAlreadyExists, reason);
    }
    if (this.operations.size >= this.limits.subscriptions) {
      const most = this.limits.subscriptions;
      const message = `At most ${most} operations may run on one WebSocket; complete some first.`;
      const payload = [{ message, extensions: { code: 'RATE_LIMITED' } }];
      return this.send({ id, type: MessageType.Error, payload });
    }
    const operation = new Operation(id, this);
    this.operations.set(id, operation);
    operation.start(() => this.startOperation(asked, operation));
  }

  private completed(id: string): void {
    const operation = this.operations.get(id);
    this.operations.delete(id);
    operation?.stop();
  }
}

/** One operation of a client, under the id that the client chose. */
class Operation implements Sink {
  private readonly prefix: Buffer;
  private leave: (() => void) | undefined;
  private ended = false;

  constructor(
    private readonly id: string,
    private readonly connection: Connection,
  ) {
    this.prefix = nextPrefix(id);
  }

  get backlog(): number {
    return this.connection.wire.writableLength;
  }

  start(begin: () => () => void): void {
    this.leave = begin();
    if (this.ended) this.leave();
  }

  /** Nothing is sent for it from here on. */
  stop(): void {
    this.ended = true;
    this.leave?.();
  }

  next(payloads: readonly Buffer[]): void {
    if (!this.ended) this.connection.sendFrames(nextFrames(this.prefix, payloads));
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

function parseMessage(data: RawData): Message | Error {
  try {
    return validateMessage(JSON.parse(String(data)));
  } catch (err) {
    return err instanceof Error ? err : new Error('Invalid message');
  }
}

/** Close reasons are limited to 123 bytes. */
const limitReason = (reason: string): string => {
  let limited = reason;
  while (Buffer.byteLength(limited) > MAX_REASON_BYTES) limited = limited.slice(0, -1);
  return limited;
};
