import { Conversation } from '../conversation';
import { jsonOf } from '../json';
import type { Outside } from '../outside';
import { MEMPOOL_SPACE } from './parse';
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

/** As the official client does. */
const PING_MS = 30_000;
/** All of the next block comes as one message. */
const LARGEST_FRAME_BYTES = 32 * 1024 * 1024;
const TRACK = JSON.stringify({ 'track-mempool-block': 0 });
const FOLLOW = [{ 'track-mempool-txids': true }, { action: 'want', data: ['blocks'] }].map(
  (message) => JSON.stringify(message),
);
const PING = JSON.stringify({ action: 'ping' });

/** One connection to mempool.space, until it ends. */
export class MempoolConnection {
  private readonly conversation: Conversation;
  private sequence: number | null = null;
  private leftSequence: number | null = null;
  private knowsBlocks = false;

  constructor(
    outside: Outside,
    host: string,
    private readonly listener: MempoolListener,
  ) {
    this.conversation = new Conversation(outside, `${host}/api/v1/ws`, {
      source: MEMPOOL_SPACE,
      largestFrameBytes: LARGEST_FRAME_BYTES,
      opening: [TRACK, ...FOLLOW],
      pingMs: PING_MS,
      ping: (socket) => socket.send(PING),
      onText: (text) => this.onText(text),
    });
  }

  /** Resolves to why it ended. */
  run(signal: AbortSignal): Promise<string> {
    return this.conversation.run(signal);
  }

  private onText(text: string): void {
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
    if (isMissing) this.conversation.send(TRACK);
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
