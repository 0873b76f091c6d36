import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';
import { atEndOfTurn } from '../end-of-turn';
import type { Deadlines } from './deadlines';

/** An HTTP request with a body. */
export interface HttpRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
  /** May still change the headers. Must not throw. */
  onSend: () => void;
}

/** All of an HTTP answer. */
export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** How a request ends that has taken too long. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeoutError';

  constructor() {
    super('The operation was aborted due to timeout');
  }
}

/**
 * Posts and reads the whole answer. undici's own `request` makes a stream of each answer, and an event
 * target of each time limit, which together cost as much as the exchange itself.
 */
export const exchange = (
  pool: Pool,
  { path, headers, body, onSend }: HttpRequest,
  deadlines: Deadlines,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const receiver = new Receiver(resolve, reject, deadlines);
    atEndOfTurn(() => {
      onSend();
      pool.dispatch({ method: 'POST', path, headers, body }, receiver);
    });
  });

/** Collects an answer. It may have to give up before the request got its turn on a connection. */
class Receiver implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private readonly chunks: Buffer[] = [];
  private readonly stopClock: () => void;
  private hasEnded = false;

  constructor(
    private readonly resolve: (answer: HttpAnswer) => void,
    private readonly reject: (err: Error) => void,
    deadlines: Deadlines,
  ) {
    this.stopClock = deadlines.start(() => this.giveUp());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.hasEnded) controller.abort(new TimeLimitError());
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const { status, headers, chunks } = this;
    this.stopClock();
    this.hasEnded = true;
    this.resolve({ status, headers, body: joined(chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, err: Error): void {
    this.stopClock();
    this.hasEnded = true;
    this.reject(err);
  }

  private giveUp(): void {
    this.hasEnded = true;
    const err = new TimeLimitError();
    this.controller?.abort(err);
    this.reject(err);
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first ? first : Buffer.concat(chunks);
}
