import { EventEmitter } from 'node:events';
import { WebSocket } from 'ws';
import { jsonOf } from '../json';
import type { Socket } from '../outside';
import type { RecordedAnswer } from '../recording/read';
import { RpcRequest, rpcQuestion } from '../recording/wire';

export interface FarEnd {
  /** Null where there is no answer. */
  ask(question: string): Promise<RecordedAnswer | null>;
  left(): void;
}

/** One recorded connection. It answers pings by itself, and of what it is told only questions. */
export class PlayedSocket extends EventEmitter implements Socket {
  readyState: number = WebSocket.CONNECTING;

  constructor(
    readonly source: string,
    private readonly farEnd: FarEnd,
  ) {
    super();
  }

  send(text: string): void {
    const request = RpcRequest.safeParse(jsonOf(text)).data;
    if (request === undefined) return;
    const { id } = request;
    void this.farEnd.ask(rpcQuestion(request)).then((answer) => {
      this.heard(JSON.stringify(answer === null ? unanswered(id) : answeredTo(id, answer)));
    });
  }

  ping(): void {
    queueMicrotask(() => this.emit('pong'));
  }

  close(): void {
    this.terminate();
  }

  terminate(): void {
    this.farEnd.left();
    this.closed();
  }

  opened(): void {
    this.readyState = WebSocket.OPEN;
    this.emit('open');
  }

  heard(text: string): void {
    if (this.readyState === WebSocket.OPEN) this.emit('message', text);
  }

  refused(): void {
    this.emit('error');
    this.closed();
  }

  closed(): void {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    queueMicrotask(() => this.emit('close'));
  }
}

const answeredTo = (id: number, { text }: RecordedAnswer): object => ({
  ...(jsonOf(text) as object),
  id,
});

const unanswered = (id: number): object => ({
  ...{ jsonrpc: '2.0', id },
  error: { code: -32_000, message: 'the recording has no answer' },
});
