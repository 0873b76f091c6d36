import type { Log as Logger } from '@spyhop/platform/log';
import type { WhaleStatus } from '@spyhop/platform/topics';
import { z } from 'zod';
import { Sighting } from '../../rules/whale';
import type { Memory } from '../memory';
import type { Sink } from '../source';
import type { BlockReader, ReadBlock } from './block-reader';
import type { EvmNode } from './node';
import type { Head } from './wire';

/** A block that was told of, with what of it was kept. */
export const KeptBlock = z.object({
  number: z.number(),
  hash: z.string(),
  /** Its transactions were told of as confirmed. */
  isConfirmed: z.boolean(),
  /** Another one has taken its place. */
  isLeft: z.boolean(),
  sightings: z.array(Sighting),
});
export type KeptBlock = z.infer<typeof KeptBlock>;

export interface FollowerParts {
  node: EvmNode;
  reader: BlockReader;
  sink: Pick<Sink, 'seen'>;
  memory: Memory<KeptBlock>;
  confirmations: number;
  /** Later with every call. */
  stamp: () => number;
  log: Logger;
}

/** Blocks that are remembered, no fewer than may be asked for to confirm one; deeper no chain is reorganised. */
const MOST_KEPT = 64;
/** Blocks that are read at once. */
const CHUNK = 50;
/** After a longer absence the oldest are not made up for. */
const MOST_BEHIND = 7_200;

/** What a catch-up has come to. */
export type Outcome = 'caught-up' | 'behind';

/**
 * Follows one chain, block by block, over all connections: what is missing is read, and what a reorganised chain
 * has left behind is taken back.
 */
export class ChainFollower {
  /** Without gaps, oldest first. */
  private chain: KeptBlock[] = [];
  private left: KeptBlock[] = [];
  private isRestored = false;

  constructor(private readonly parts: Omit<FollowerParts, 'node' | 'reader'>) {}

  /** Number of the newest block that was told of; null before the first. */
  get tip(): number | null {
    return this.chain.at(-1)?.number ?? null;
  }

  /** Reads on to the newest block that the node knows, of which it may have told. */
  async catchUp(
    through: Pick<FollowerParts, 'node' | 'reader'>,
    told: { head: Head | null; removed: ReadonlySet<string> },
    signal: AbortSignal,
  ): Promise<{ outcome: Outcome; newest: Head }> {
    await this.restore();
    const tip = this.chain.at(-1);
    const isNext = told.head !== null && told.head.parentHash === tip?.hash;
    const newest = isNext ? told.head : await through.node.newest();
    if (newest === null) throw new Error('the node knows no block');
    if (newest.hash === tip?.hash) return { outcome: 'caught-up', newest };
    if (tip && newest.number <= tip.number && this.has(newest.hash)) {
      // It is one of ours: the node has fallen behind, unless it has taken back what came after it.
      await this.leaveFrom(this.chain.findIndex(({ hash }) => told.removed.has(hash)));
      await this.retract(signal);
      return { outcome: newest.hash === this.chain.at(-1)?.hash ? 'caught-up' : 'behind', newest };
    }
    await this.leaveFrom(await this.firstLeft(through.node, newest));
    // Reading on forgets the oldest blocks: none may go before it is confirmed.
    await this.confirm(newest.number, signal);
    await this.readOn(through.reader, newest, signal);
    await this.retract(signal);
    return { outcome: 'caught-up', newest };
  }

  private async restore(): Promise<void> {
    if (this.isRestored) return;
    const all = await this.parts.memory.all();
    this.left = all.filter(({ isLeft }) => isLeft);
    this.chain = all.filter(({ isLeft }) => !isLeft).sort((a, b) => a.number - b.number);
    this.isRestored = true;
  }

  private has(wanted: string): boolean {
    return this.chain.some(({ hash }) => hash === wanted);
  }

  /** Index of the oldest block that the node's chain has not; -1 where it has all. */
  private async firstLeft(node: EvmNode, newest: Head): Promise<number> {
    if (newest.parentHash === this.chain.at(-1)?.hash) return -1;
    let first = -1;
    for (let index = this.chain.length - 1; index >= 0; index -= 1) {
      const { number, hash } = this.chain[index] ?? { number: 0, hash: '' };
      if (number <= newest.number && (await node.headAt(number))?.hash === hash) break;
      first = index;
    }
    return first;
  }

  /** Marked as left in memory first, so that no end of the process forgets to take it back. */
  private async leaveFrom(index: number): Promise<void> {
    if (index < 0) return;
    for (const block of this.chain.slice(index)) {
      await this.parts.memory.keep(block.hash, { ...block, isLeft: true });
    }
    this.left.push(...this.chain.splice(index));
  }

  private async readOn(reader: BlockReader, newest: Head, signal: AbortSignal): Promise<void> {
    const { confirmations, log } = this.parts;
    const earliest = newest.number - MOST_BEHIND + 1;
    const begin = (this.tip ?? this.beginOfLeft() ?? newest.number - confirmations) + 1;
    let from = Math.max(begin, earliest, 0);
    if (from > begin) {
      log.warn({ from: begin, to: from - 1 }, 'blocks of too long an absence are not read');
      await this.forget(this.chain.splice(0));
    }
    for (; from <= newest.number && !signal.aborted; from += CHUNK) {
      const to = Math.min(from + CHUNK - 1, newest.number);
      const blocks = await reader.read(from, to, newest);
      for (const block of blocks) {
        const before = this.chain.at(-1);
        // The chain was reorganised while it was read: the next catch-up finds where.
        if (before && before.hash !== block.head.parentHash) throw new Error('the chain has moved');
        await this.tell(block, newest.number, signal);
      }
    }
  }

  /** Where all that was known was left behind, all of it is read anew. */
  private beginOfLeft(): number | null {
    const numbers = this.left.map(({ number }) => number);
    return numbers.length === 0 ? null : Math.min(...numbers) - 1;
  }

  private async tell(
    { head, sightings }: ReadBlock,
    newest: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { memory, confirmations } = this.parts;
    const depth = newest - head.number + 1;
    const isConfirmed = depth >= confirmations;
    const status = isConfirmed ? 'CONFIRMED' : 'UNCONFIRMED';
    const kept = await Promise.all(
      sightings.map(async (sighting) => {
        await this.retractOther(sighting, signal);
        return this.seen(sighting, status, depth, false);
      }),
    );
    signal.throwIfAborted();
    const block = {
      ...{ number: head.number, hash: head.hash, isConfirmed, isLeft: false },
      sightings: sightings.filter((_, index) => kept[index]),
    };
    await memory.keep(block.hash, block);
    this.chain.push(block);
    await this.forget(this.chain.splice(0, Math.max(0, this.chain.length - MOST_KEPT)));
  }

  /** A transaction that moves something else in its new block is taken back as it was. */
  private async retractOther(sighting: Sighting, signal: AbortSignal): Promise<void> {
    const before = this.left
      .flatMap(({ sightings }) => sightings)
      .find(({ hash }) => hash === sighting.hash);
    if (!before || JSON.stringify(before.legs) === JSON.stringify(sighting.legs)) return;
    await this.seen(before, 'RETRACTED', 0);
    signal.throwIfAborted();
  }

  /** Takes back what was left behind and is in no block that stands. */
  private async retract(signal: AbortSignal): Promise<void> {
    const standing = new Set(
      this.chain.flatMap(({ sightings }) => sightings.map(({ hash }) => hash)),
    );
    for (const { sightings } of this.left) {
      for (const sighting of sightings) {
        if (!standing.has(sighting.hash)) await this.seen(sighting, 'RETRACTED', 0);
      }
    }
    signal.throwIfAborted();
    await this.forget(this.left);
    this.left = [];
  }

  private async confirm(newest: number, signal: AbortSignal): Promise<void> {
    const { memory, confirmations } = this.parts;
    for (const block of this.chain) {
      const depth = newest - block.number + 1;
      if (block.isConfirmed || depth < confirmations) continue;
      for (const sighting of block.sightings) await this.seen(sighting, 'CONFIRMED', depth);
      signal.throwIfAborted();
      block.isConfirmed = true;
      await memory.keep(block.hash, block);
    }
  }

  private seen(
    sighting: Sighting,
    status: WhaleStatus,
    confirmations: number,
    wasKept = true,
  ): Promise<boolean> {
    const { sink, stamp } = this.parts;
    const state = { status, at: stamp(), confirmations, replacedBy: null };
    return sink.seen({ ...sighting, state }, wasKept);
  }

  private async forget(blocks: readonly KeptBlock[]): Promise<void> {
    await this.parts.memory.forget(blocks.map(({ hash }) => hash));
  }
}
