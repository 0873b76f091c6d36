import type { Log as Logger } from '@spyhop/platform/log';
import type { Sighting } from '../../rules/whale';
import type { FollowedChain, Token } from './chains';
import type { Judge } from './large';
import type { EvmNode } from './node';
import { nativeTransfersOf, sightingsOf, transfersOf } from './parse';
import { type Block, type Head, Log, type NativeTransfer } from './wire';

/** A block, and what of it is large. */
export interface ReadBlock {
  head: Head;
  sightings: Sighting[];
}

/** Blocks that are asked for side by side. */
const AT_ONCE = 5;
/** The newest so many may still be left behind while they are read, so logs of each are asked for by its hash. */
const UNSETTLED = 12;

/** Reads blocks of one chain: transfers of its tokens, and of its own coin. */
export class BlockReader {
  private readonly tokens: ReadonlyMap<string, Token>;

  constructor(
    private readonly chain: FollowedChain,
    private readonly node: EvmNode,
    private readonly judgeAt: (time: number) => Judge,
    private readonly log: Logger,
  ) {
    this.tokens = new Map(chain.tokens.map((token) => [token.address, token]));
  }

  /** From one number to another, oldest first; `newest` is the node's newest. */
  async read(from: number, to: number, newest: Head): Promise<ReadBlock[]> {
    const settled = Math.min(to, newest.number - UNSETTLED);
    const old = from <= settled ? groupedByBlock(await this.node.logsBetween(from, settled)) : null;
    const blocks: ReadBlock[] = [];
    for (let first = from; first <= to; first += AT_ONCE) {
      const count = Math.min(AT_ONCE, to - first + 1);
      const numbers = Array.from({ length: count }, (_, index) => first + index);
      const some = numbers.map((number) =>
        number === newest.number
          ? this.readBlock(newest)
          : this.readAt(number, number <= settled ? old : null),
      );
      blocks.push(...(await Promise.all(some)));
    }
    return blocks;
  }

  private async readBlock({ hash, number }: Head): Promise<ReadBlock> {
    const [block, logs] = await Promise.all([this.node.blockBy(hash), this.node.logsOf(hash)]);
    return this.sightIn(known(block, number), logs);
  }

  /** With logs by block where they are there, else with those that the very block has. */
  private async readAt(number: number, logs: Map<string, unknown[]> | null): Promise<ReadBlock> {
    const block = known(await this.node.blockAt(number), number);
    return this.sightIn(
      block,
      logs ? (logs.get(block.hash) ?? []) : await this.node.logsOf(block.hash),
    );
  }

  private async sightIn(block: Block, logs: readonly unknown[]): Promise<ReadBlock> {
    const time = block.timestamp * 1_000;
    const moved = transfersOf(logs, this.tokens);
    const judge = this.judgeAt(time);
    const coins = nativeTransfersOf(block, judge.leastOf(this.chain.native));
    for (const fault of [...moved.faults, ...coins.faults]) {
      this.log.warn({ fault, chain: this.chain.name }, 'something of a block is left out');
    }
    const native = await this.succeeded(coins.native);
    const sightings = sightingsOf(this.chain, { time, transfers: moved.transfers, native });
    return { head: block, sightings: sightings.filter(({ legs }) => judge.isLarge(legs)) };
  }

  private async succeeded(native: readonly NativeTransfer[]): Promise<NativeTransfer[]> {
    const worked = await Promise.all(native.map(({ hash }) => this.node.hasSucceeded(hash)));
    for (const [index, { hash }] of native.entries()) {
      if (worked[index] !== null) continue;
      this.log.warn(
        { hash, chain: this.chain.name },
        'a transaction without a receipt is left out',
      );
    }
    return native.filter((_, index) => worked[index]);
  }
}

function known(block: Block | null, number: number): Block {
  if (block === null) throw new Error(`the node does not know block ${number}`);
  return block;
}

function groupedByBlock(logs: readonly unknown[]): Map<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const each of logs) {
    const hash = Log.safeParse(each).data?.blockHash ?? '';
    const group = groups.get(hash);
    if (group) group.push(each);
    else groups.set(hash, [each]);
  }
  return groups;
}
