import { WebSocket } from 'ws';
import { untilClosed } from '../keep-connected';
import { type Projected, ProjectedTransactions } from './wire';

export interface MempoolListener {
  /** Transactions that the next block is to hold, and that were not told of before. */
  told(transactions: readonly Projected[]): void;
}

/** As the official client does: a ping each 30 s; what says nothing for twice as long is dead. */
const PING_MS = 30_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** All of the next block comes as one message. */
const LARGEST_FRAME_BYTES = 32 * 1024 * 1024;
const TRACK = JSON.stringify({ 'track-mempool-block': 0 });
const PING = JSON.stringify({ action: 'ping' });

/** One connection to mempool.space, until it ends. */
export class MempoolConnection {
  private readonly socket: WebSocket;
  private sequence: number | null = null;
  private hasSpoken = true;
  private reason = 'The connection was closed.';

  constructor(
    host: string,
    private readonly listener: MempoolListener,
  ) {
    this.socket = new WebSocket(`${host}/api/v1/ws`, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: LARGEST_FRAME_BYTES,
    });
    this.socket.on('open', () => this.socket.send(TRACK));
    this.socket.on('message', (data) => this.onText((data as Buffer).toString()));
    // Who watches the page need not know where it is looked for.
    this.socket.on('error', () => (this.reason = 'It cannot be reached.'));
  }

  /** Resolves to why it ended. */
  async run(signal: AbortSignal): Promise<string> {
    await untilClosed(this.socket, { watch: () => this.watch(), everyMs: PING_MS }, signal);
    return this.reason;
  }

  private watch(): void {
    if (!this.hasSpoken) {
      this.reason = 'It has gone silent.';
      return this.socket.terminate();
    }
    this.hasSpoken = false;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(PING);
  }

  private onText(text: string): void {
    this.hasSpoken = true;
    const message = ProjectedTransactions.safeParse(jsonOf(text));
    if (!message.success) return;
    const { sequence, blockTransactions, delta } = message.data['projected-block-transactions'];
    const isMissing = !blockTransactions && this.sequence !== null && sequence > this.sequence + 1;
    this.sequence = sequence;
    // Asked again it tells all of the block.
    if (isMissing) this.socket.send(TRACK);
    this.listener.told(blockTransactions ?? delta?.added ?? []);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
