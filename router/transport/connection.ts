import type { Duplex } from 'node:stream';
import type { Clock } from '@spyhop/platform/clock';
import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import { CloseCode, type Message, MessageType, validateMessage } from 'graphql-ws';
import type { GraphQLFormattedError } from 'graphql';
import type { RawData, WebSocket } from 'ws';
import type { ClientHeaders } from '../guard/header-rules';
import { namesCredential } from '../guard/identity';
import type { IdentityKeys } from '../guard/identity-keys';
import type { Payload } from '../live/payload';
import { Session } from '../live/session';
import type { Sessions } from '../live/sessions';
import type { Sink } from '../live/sink';
import { ClientOperation } from './client-operation';
import { writeNext } from './frames';
import { messageWithText } from './hash-alone';

/** What a client asks for with `subscribe`. */
export interface Asked {
  /** Empty where a hash among the extensions stands for it. */
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  extensions?: Record<string, unknown> | null;
  /** It must not change anything. */
  readOnly?: boolean;
  /** Of a request over HTTP. */
  requestId?: string;
}

/** An operation that was started. */
export interface Started {
  leave: () => void;
  /** Resolves once a query or a mutation is answered, or a subscription is part of its stream; never rejects. */
  begun: Promise<void>;
}

/** Starts an operation whose outcome goes to `sink`. */
export type StartOperation = (asked: Asked, sink: Sink, session: Session) => Started;

/** Bounds of one connection. */
export interface ConnectionLimits {
  initTimeoutMs: number;
  subscriptions: number;
}

/** What a client says of itself: the payload of `connection_init`, or of a `ping` that renews it. */
export type Credentials = Readonly<Record<string, unknown>>;

/** What connections share. */
export interface ConnectionServices {
  startOperation: StartOperation;
  /** Null for nobody. Rejects with a SpyhopError for credentials that are not accepted. */
  identify: (credentials: Credentials | undefined) => Promise<Identity | null>;
  /** What subgraphs may get of the headers that the WebSocket was opened with. */
  openedWith: ClientHeaders | null;
  /** What they may get of that as if it were headers, which stands above those. */
  headersOf: (credentials: Credentials | undefined) => ClientHeaders | null;
  sessions: Sessions;
  identityKeys: IdentityKeys;
  clock: Clock;
  /** The client's network address. */
  address: string;
  limits: ConnectionLimits;
}

const MAX_REASON_BYTES = 123;
/** A close code of RFC 6455's registry: try again later. */
const TRY_AGAIN_LATER = 1_013;
/** Unsent bytes above which nothing more is read from a client. */
const PAUSE_BYTES = 1_048_576;

/**
 * One client's WebSocket, speaking the server's side of graphql-transport-ws
 * (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md).
 *
 * A client whose token is about to expire renews it without reconnecting by a ping that carries the new one,
 * `{"type":"ping","payload":{"authorization":"Bearer ..."}}`, with what it would put into `connection_init`;
 * where the router reads no tokens, subgraphs that are sent it get the new one.
 * The pong's payload is `{"expiresAt": <epoch ms, or null>}`, or `{"errors": [...]}` when the new token is not
 * accepted, is somebody else's, or allows less; the old one then still holds until it ends. The library
 * graphql-ws hands out the socket for that in its event `opened`.
 */
export class Connection {
  private readonly operations = new Map<string, ClientOperation>();
  private readonly initTimeout: NodeJS.Timeout;
  private initialised = false;
  /** There is one as soon as the connection is acknowledged. */
  private session: Session | undefined;
  /** What a client asks between its initialisation and our acknowledgement. */
  private early: Message[] = [];
  private isRenewing = false;
  private isRetiring = false;
  private leaveSessions: () => void = () => undefined;

  constructor(
    private readonly socket: WebSocket,
    /** The connection below `socket`: whole frames may be written to it between the socket's own. */
    readonly wire: Duplex,
    private readonly services: ConnectionServices,
  ) {
    const { limits } = services;
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

  /** Closes as soon as queries and mutations under way are answered, and starts no others. */
  async retire(code: number, reason: string): Promise<void> {
    this.isRetiring = true;
    await Promise.all([...this.operations.values()].map(({ begun }) => begun));
    this.close(code, reason);
  }

  /** Frees the id of an operation that has ended. */
  remove(id: string, operation: ClientOperation): void {
    if (this.operations.get(id) === operation) this.operations.delete(id);
  }

  send(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  sendNext(prefix: Buffer, payloads: readonly Payload[]): void {
    if (this.socket.readyState === this.socket.OPEN) writeNext(this.wire, prefix, payloads);
  }

  private release(): void {
    clearTimeout(this.initTimeout);
    this.leaveSessions();
    this.early = [];
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
        return void this.initialise(message.payload);
      case MessageType.Ping:
        return this.answerPing(message.payload);
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        if (this.session) return this.subscribe(message.id, message.payload, this.session);
        return this.keepForLater(message);
      case MessageType.Complete:
        if (this.session) return this.completed(message.id);
        return this.keepForLater(message);
      case MessageType.ConnectionAck:
      case MessageType.Next:
      case MessageType.Error:
        return this.close(CloseCode.BadRequest, `Unexpected message of type ${message.type}`);
    }
  }

  private async initialise(credentials: Credentials | undefined): Promise<void> {
    if (this.initialised) {
      this.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
      return;
    }
    this.initialised = true;
    clearTimeout(this.initTimeout);
    // Of what follows only that is kept which has been read from the wire already.
    this.socket.pause();
    try {
      const { identify, headersOf, openedWith, clock, address } = this.services;
      const given = headersOf(credentials);
      const headers = given ? { ...openedWith, ...given } : openedWith;
      const identity = await identify(credentials);
      this.socket.resume();
      if (this.socket.readyState !== this.socket.OPEN) return;
      const session = new Session(identity, clock, address, headers);
      this.session = session;
      this.leaveSessions = this.services.sessions.enter(session, () =>
        this.close(CloseCode.Forbidden, 'The identity was revoked; sign in again'),
      );
      this.send({ type: MessageType.ConnectionAck });
      for (const message of this.early.splice(0)) this.handle(message);
    } catch (err) {
      this.socket.resume();
      this.close(...closingFor(err));
    }
  }

  private answerPing(payload: Credentials | undefined): void {
    if (payload && namesCredential(payload) && this.session) {
      void this.renew(payload, this.session);
    } else {
      this.send({ type: MessageType.Pong, payload });
    }
  }

  private async renew(credentials: Credentials, session: Session): Promise<void> {
    const payload = await this.renewed(credentials, session).catch((err: unknown) => ({
      errors: [shownAs(err)],
    }));
    this.send({ type: MessageType.Pong, payload });
  }

  private async renewed(credentials: Credentials, session: Session): Promise<object> {
    if (this.isRenewing) throw new SpyhopError('RATE_LIMITED', 'Renew one token at a time.');
    this.isRenewing = true;
    try {
      const { identify, headersOf, identityKeys } = this.services;
      const identity = await identify(credentials);
      const headers = headersOf(credentials);
      const former = session.identity;
      // Where subgraphs alone know who asks, they are told so by what is passed on.
      const isRenewal = former
        ? identity && identityKeys.covers(identity, former)
        : identity || namesCredential(headers);
      if (!isRenewal) {
        throw new SpyhopError(
          'FORBIDDEN',
          'A token is renewed by one of the same identity, with no less scopes and roles.',
        );
      }
      session.renew(identity, headers);
      return { expiresAt: identity?.expiresAt ?? null };
    } finally {
      this.isRenewing = false;
    }
  }

  private keepForLater(message: Message): void {
    if (this.initialised) this.early.push(message);
    else this.close(CloseCode.Unauthorized, 'Unauthorized');
  }

  private subscribe(id: string, asked: Asked, session: Session): void {
    if (this.isRetiring) return;
    if (this.operations.has(id)) {
      const reason = `Subscriber for ${id} already exists`;
      return this.close(CloseCode.SubscriberAlreadyExists, reason);
    }
    if (this.operations.size >= this.services.limits.subscriptions) {
      const most = this.services.limits.subscriptions;
      const message = `At most ${most} operations may run on one WebSocket; complete some first.`;
      const payload = [{ message, extensions: { code: 'RATE_LIMITED' } }];
      return this.send({ id, type: MessageType.Error, payload });
    }
    const operation = new ClientOperation(id, this);
    this.operations.set(id, operation);
    operation.start(() => this.services.startOperation(asked, operation, session));
  }

  private completed(id: string): void {
    const operation = this.operations.get(id);
    this.operations.delete(id);
    operation?.stop();
  }
}

/** Who knows tokens may be away; everything else is the client's to mend. */
function closingFor(err: unknown): [code: number, reason: string] {
  if (!(err instanceof SpyhopError))
    return [CloseCode.InternalServerError, 'Internal server error'];
  return err.code === 'UPSTREAM_UNAVAILABLE'
    ? [TRY_AGAIN_LATER, err.message]
    : [CloseCode.Forbidden, err.message];
}

const shownAs = (err: unknown): GraphQLFormattedError =>
  err instanceof SpyhopError
    ? err.toJSON()
    : { message: ERROR_CODES.INTERNAL, extensions: { code: 'INTERNAL' } };

function parseMessage(data: RawData): Message | Error {
  try {
    return validateMessage(messageWithText(JSON.parse(String(data))));
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
