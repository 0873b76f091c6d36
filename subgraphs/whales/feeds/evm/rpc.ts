import { WebSocket } from 'ws';
import { jsonOf } from '../json';
import type { Cancel, Outside, Socket } from '../outside';
import { Answer, Notice } from './wire';

/** A node has refused what it was asked. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** A node has not answered in time, or its connection has ended. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

const ANSWER_TIMEOUT_MS = 20_000;
/** A block of a busy chain, or its logs, come as one message. */
const LARGEST_FRAME_BYTES = 64 * 1024 * 1024;

interface Pending {
  resolve: (result: unknown) => void;
  reject: (reason: Error) => void;
  cancel: Cancel;
}

/** JSON-RPC over one WebSocket connection, until it ends. */
export class Rpc {
  readonly socket: Socket;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  /** Whether anything has come since this was last set to false. */
  hasSpoken = true;

  constructor(
    private readonly outside: Outside,
    { source, url }: { source: string; url: string },
    onNotice: (result: unknown) => void,
  ) {
    this.socket = outside.connect(source, url, { largestFrameBytes: LARGEST_FRAME_BYTES });
    this.socket.on('pong', () => (this.hasSpoken = true));
    this.socket.on('message', (data) => {
      this.hasSpoken = true;
      const message = jsonOf(data.toString());
      const notice = Notice.safeParse(message);
      if (notice.success) return onNotice(notice.data.params.result);
      const answer = Answer.safeParse(message);
      if (answer.success) this.settle(answer.data);
    });
    this.socket.on('close', () => this.abandon());
  }

  /** Resolves to what the node answers, as it came. Rejects with Refused or Unanswered. */
  ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      if (this.socket.readyState !== WebSocket.OPEN) {
        return reject(new Unanswered('the connection is closed'));
      }
      const cancel = this.outside.after(ANSWER_TIMEOUT_MS, () => {
        this.pending.delete(id);
        reject(new Unanswered(`no answer to ${method}`));
      });
      this.pending.set(id, { resolve, reject, cancel });
      this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  private settle({ id, result, error }: Answer): void {
    const waiting = this.pending.get(id);
    if (!waiting) return;
    this.pending.delete(id);
    waiting.cancel();
    if (error) waiting.reject(new Refused(error.message));
    else waiting.resolve(result);
  }

  private abandon(): void {
    for (const { reject, cancel } of this.pending.values()) {
      cancel();
      reject(new Unanswered('the connection was closed'));
    }
    this.pending.clear();
  }
}
