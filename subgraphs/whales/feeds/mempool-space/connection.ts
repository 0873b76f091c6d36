import { WebSocket } from 'ws';
import { untilClosed } from '../keep-connected';
import {
  type Left,
  MempoolTxids,
  NewBlock,
  NewestBlocks,
  type Projected,
  type ProjectedBlock,
  ProjectedTransactions,
} from './wire';

export interface MempoolListener {
  /** Transactions that the next block is to hold, and that were not told of before. */
  told(transactions: readonly Projected[]): void;
  /** Transactions that are not in the mempool any more. */
  left(left: Left): void;
  /** There is a block of this height. */
  grown(height: number): void;
  /** What is known may not hold any more: something was missed, or blocks were left behind. */
  doubted(): void;
}

/** As the official client does: a ping each 30 s; what says nothing for twice as long is dead. */
const PING_MS = 30_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** All of the next block comes as one message. */
const LARGEST_FRAME_BYTES = 32 * 1024 * 1024;
const TRACK = JSON.stringify({ 'track-mempool-block': 0 });
const FOLLOW = [{ 'track-mempool-txids': true }, { action: 'want', data: ['blocks'] }];
const PING = JSON.stringify({ action: 'ping' });

/** One connection to mempool.space, until it ends. */
export class MempoolConnection {
  private readonly socket: WebSocket;
  private sequence: number | null = null;
  private leftSequence: number | null = null;
  private knowsBlocks = false;
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
    this.socket.on('open', () => {
      this.socket.send(TRACK);
      for (const message of FOLLOW) this.socket.send(JSON.stringify(message));
    });
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
    const message = jsonOf(text);
    const projected = ProjectedTransactions.safeParse(message).data;
    if (projected) this.onProjected(projected['projected-block-transactions']);
    const txids = MempoolTxids.safeParse(message).data;
    if (txids) this.onLeft(txids['mempool-txids']);
    const block = NewBlock.safeParse(message).data;
    if (block) this.listener.grown(block.block.height);
    const newest = NewestBlocks.safeParse(message).data;
    if (newest) this.onBlocks(newest.blocks.map(({ height }) => height));
  }

  private onProjected({ sequence, blockTransactions, delta }: ProjectedBlock): void {
    const isMissing = !blockTransactions && this.sequence !== null && sequence > this.sequence + 1;
    this.sequence = sequence;
    // Asked again it tells all of the block.
    if (isMissing) this.socket.send(TRACK);
    this.listener.told(blockTransactions ?? delta?.added ?? []);
  }

  private onLeft({ sequence, ...left }: Left & { sequence: number }): void {
    // What has left before this was told is found by asking.
    const isMissing = this.leftSequence === null || sequence > this.leftSequence + 1;
    this.leftSequence = sequence;
    if (isMissing) this.listener.doubted();
    this.listener.left(left);
  }

  private onBlocks(heights: readonly number[]): void {
    this.listener.grown(Math.max(0, ...heights));
    if (this.knowsBlocks) this.listener.doubted();
    this.knowsBlocks = true;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
