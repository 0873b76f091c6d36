import type { ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import type { Payload } from '../live/payload';
import type { Sink, Transport } from '../live/sink';

/** How a protocol writes results into the body of one HTTP response. */
export interface Framing {
  transport: Transport;
  contentType: string;
  /** Sent at once, with the head. */
  opening: string;
  /** A whole result; the same bytes for all clients, so each is framed once. */
  next(payload: Payload): Buffer;
  /** The last result, where a subscription ends with errors. */
  errors(errors: readonly GraphQLFormattedError[]): string;
  closing: string;
  heartbeat: string;
  heartbeatMs: number;
}

/** Headers that go along. */
export type Headers = Readonly<Record<string, string | number | string[] | undefined>>;

/** Starts an operation whose outcome goes to `sink`; returns how to end it. */
export type Start = (sink: Sink) => () => void;

/**
 * Answers a request with the results of one operation as they come. The response is its own until the
 * operation or the client ends it.
 */
export function streamOver(
  framing: Framing,
  response: ServerResponse,
  headers: Headers,
  start: Start,
): void {
  const { opening, contentType } = framing;
  response.writeHead(200, {
    ...headers,
    'content-type': contentType,
    'cache-control': 'no-store',
    // Proxies must not wait for more before they pass something on.
    'x-accel-buffering': 'no',
  });
  response.write(opening);
  const streamed = new StreamedResponse(framing, response);
  const leave = start(streamed);
  response.once('close', leave);
  if (response.destroyed) leave();
}

class StreamedResponse implements Sink {
  private readonly heartbeat: NodeJS.Timeout;
  private ended = false;

  constructor(
    private readonly framing: Framing,
    private readonly response: ServerResponse,
  ) {
    this.heartbeat = setInterval(() => this.beat(), framing.heartbeatMs);
    response.once('close', () => this.release());
    // What follows an error is the close event.
    response.on('error', () => undefined);
  }

  get transport(): Transport {
    return this.framing.transport;
  }

  get backlog(): number {
    return this.response.writableLength;
  }

  next(payloads: readonly Payload[]): void {
    if (this.ended) return;
    const [first, ...more] = payloads.map((payload) => this.framing.next(payload));
    if (!first) return;
    this.response.write(more.length === 0 ? first : Buffer.concat([first, ...more]));
  }

  error(errors: readonly GraphQLFormattedError[]): void {
    this.finish(this.framing.errors(errors) + this.framing.closing);
  }

  complete(): void {
    this.finish(this.framing.closing);
  }

  stuck(): void {
    this.release();
    this.response.destroy();
  }

  /** Who takes nothing needs no sign of life. */
  private beat(): void {
    if (!this.response.writableNeedDrain) this.response.write(this.framing.heartbeat);
  }

  private finish(last: string): void {
    if (this.ended) return;
    this.release();
    this.response.end(last);
  }

  private release(): void {
    this.ended = true;
    clearInterval(this.heartbeat);
  }
}

/** Frames each payload once, however many clients get it. */
export function framedOnce(head: Buffer, tail: Buffer): Framing['next'] {
  const framed = new WeakMap<Payload, Buffer>();
  return (payload) => {
    const known = framed.get(payload);
    if (known) return known;
    const made = Buffer.allocUnsafe(head.length + payload.length + tail.length);
    head.copy(made);
    tail.copy(made, payload.copyTo(made, head.length));
    framed.set(payload, made);
    return made;
  };
}
