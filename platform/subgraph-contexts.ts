import type { SubscribePayload } from 'graphql-ws';
import { type ErrorCode, SpyhopError } from './errors';
import type { Identity } from './identity';
import { type ReadSignedIdentity, operationText } from './signed-identity';

/** The request over HTTP that an operation came with, and its answer. */
export interface Exchange {
  /** By names in lower case; a router passes on those that its header rules name. */
  headers: Readonly<Record<string, unknown>>;
  /** Adds a header to the answer, once more where it is there already. */
  respond(name: string, value: string): void;
}

/** Of an operation over a WebSocket, which has no headers of its own. */
const NO_EXCHANGE: Exchange = { headers: {}, respond: () => undefined };

/** Makes what resolvers get to know of one request or event; null stands for nobody. */
export type MakeContext<Context> = (identity: Identity | null, exchange: Exchange) => Context;

const STATUSES: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  UPSTREAM_UNAVAILABLE: 503,
};

/** Finds out for whom a router asks, over HTTP by a header and over WebSockets by the operation's extensions. */
export class SubgraphContexts<Context extends object> {
  private readonly admitted = new WeakMap<SubscribePayload, Identity | null>();
  private readonly identities = new WeakMap<Context, Identity | null>();

  constructor(
    private readonly make: MakeContext<Context>,
    /** Null where nobody's identity is read. */
    private readonly read: ReadSignedIdentity | null,
  ) {}

  /** `body` as it came. Throws SpyhopError for a request that is not the router's. */
  async ofRequest(exchange: Exchange, body: string | undefined): Promise<Context> {
    if (!this.read) return this.make(null, exchange);
    try {
      return this.make(await this.read(exchange.headers, () => body), exchange);
    } catch (err) {
      throw err instanceof SpyhopError ? withStatus(err) : err;
    }
  }

  /** Why an operation over a WebSocket is refused; undefined where it is not. */
  async refusalOf(payload: SubscribePayload): Promise<SpyhopError[] | undefined> {
    if (!this.read) return undefined;
    try {
      const askedBy = (): string => operationText(payload);
      this.admitted.set(payload, await this.read(payload.extensions ?? {}, askedBy));
      return undefined;
    } catch (err) {
      if (err instanceof SpyhopError) return [err];
      throw err;
    }
  }

  /** Of an operation that was not refused. */
  ofOperation(payload: SubscribePayload): Context {
    const identity = this.admitted.get(payload) ?? null;
    const context = this.make(identity, NO_EXCHANGE);
    this.identities.set(context, identity);
    return context;
  }

  /** A fresh one for whom the other is. */
  anew(context: Context): Context {
    return this.make(this.identities.get(context) ?? null, NO_EXCHANGE);
  }
}

const withStatus = ({ code, message }: SpyhopError): SpyhopError =>
  new SpyhopError(code, message, { http: { status: STATUSES[code] ?? 500 } });
