import type { FollowedChain } from './chains';
import { Refused, type Rpc } from './rpc';
import { Block, ChainId, DESTROYED, Head, ISSUE, Logs, REDEEM, Receipt, TRANSFER } from './wire';

/** Each time that a receipt was not there, before it is asked for again; not after the last. */
const RECEIPT_WAITS_MS = [250, 500, 1_000, 2_000, 0];

const hex = (number: number): string => `0x${number.toString(16)}`;

/** As providers say that an answer would be too large, or takes too long. */
const TOO_MUCH = /more than|too (many|large|big)|exceed|limit|range|timeout/i;

/** What is asked of a node, in our terms. All reject with Refused, Unanswered or what is wrong with an answer. */
export class EvmNode {
  private readonly filter: { address: string[]; topics: string[][] };

  constructor(
    private readonly rpc: Pick<Rpc, 'ask'>,
    { tokens }: Pick<FollowedChain, 'tokens'>,
    private readonly pause: (ms: number) => Promise<void>,
  ) {
    const address = tokens.map((token) => token.address);
    this.filter = { address, topics: [[TRANSFER, ISSUE, REDEEM, DESTROYED]] };
  }

  /** Has new blocks, and what moves, makes or takes back any of the tokens as it is done or undone, told of. */
  async subscribe(): Promise<void> {
    await this.rpc.ask('eth_subscribe', ['newHeads']);
    if (this.hasTokens) await this.rpc.ask('eth_subscribe', ['logs', this.filter]);
  }

  /** As EIP-155 numbers it; null where the node does not say. */
  async chainId(): Promise<number | null> {
    try {
      return ChainId.parse(await this.rpc.ask('eth_chainId', []));
    } catch (err) {
      if (err instanceof Refused) return null;
      throw err;
    }
  }

  async newest(): Promise<Head | null> {
    return Head.nullable().parse(await this.rpc.ask('eth_getBlockByNumber', ['latest', false]));
  }

  async headAt(number: number): Promise<Head | null> {
    const answer = await this.rpc.ask('eth_getBlockByNumber', [hex(number), false]);
    return Head.nullable().parse(answer);
  }

  async blockAt(number: number): Promise<Block | null> {
    const answer = await this.rpc.ask('eth_getBlockByNumber', [hex(number), true]);
    return Block.nullable().parse(answer);
  }

  async blockBy(hash: string): Promise<Block | null> {
    return Block.nullable().parse(await this.rpc.ask('eth_getBlockByHash', [hash, true]));
  }

  async logsOf(blockHash: string): Promise<unknown[]> {
    if (!this.hasTokens) return [];
    return Logs.parse(await this.rpc.ask('eth_getLogs', [{ ...this.filter, blockHash }]));
  }

  /** Of all blocks from one number to another; in halves where that is too much for the node. */
  async logsBetween(from: number, to: number): Promise<unknown[]> {
    if (!this.hasTokens) return [];
    const range = { ...this.filter, fromBlock: hex(from), toBlock: hex(to) };
    try {
      return Logs.parse(await this.rpc.ask('eth_getLogs', [range]));
    } catch (err) {
      if (!(err instanceof Refused && TOO_MUCH.test(err.message)) || from === to) throw err;
      const middle = Math.floor((from + to) / 2);
      const first = await this.logsBetween(from, middle);
      return [...first, ...(await this.logsBetween(middle + 1, to))];
    }
  }

  /**
   * Whether a transaction has done what it was for; one that failed has moved nothing. Null where the node has no
   * receipt of it, though asked for some seconds: a node behind others may know a block before its receipts.
   */
  async hasSucceeded(hash: string): Promise<boolean | null> {
    for (const waitMs of RECEIPT_WAITS_MS) {
      const answer = await this.rpc.ask('eth_getTransactionReceipt', [hash]);
      const receipt = Receipt.nullable().parse(answer);
      if (receipt !== null) return receipt.status !== '0x0';
      if (waitMs > 0) await this.pause(waitMs);
    }
    return null;
  }

  private get hasTokens(): boolean {
    return this.filter.address.length > 0;
  }
}
