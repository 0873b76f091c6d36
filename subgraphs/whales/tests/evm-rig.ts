import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, jest } from '@jest/globals';
import type { Stop } from '@spyhop/platform/shutdown';
import { LocalNode, type NodeLog, address, transferLog } from './evm-node';
import { type SourceShown, type WhalesRig, startWhales, until } from './rig';

export interface Shown {
  hash: string;
  time: string;
  status: string;
  confirmations: number | null;
  usd: string | null;
  legs: {
    symbol: string;
    kind: string;
    amount: string;
    from: { address: string | null }[];
    to: { address: string | null }[];
  }[];
}

export const [ALICE, BOB, CAROL] = [address(0xa11ce), address(0xb0b), address(0xca201)];
export const USDT = '0xdac17f958d2ee523a2206206994597c13d831ec7';
export const DOLLARS = [{ address: USDT, symbol: 'USDT', decimals: 6 }];
export const millions = (count: number): bigint => BigInt(count) * 1_000_000n * 1_000_000n;

/** Millions of dollars from one to another. */
export const paid = (count: number, hash?: string): NodeLog =>
  transferLog(USDT, [ALICE, BOB], millions(count), hash);

/** For all tests of a file, which have a chain of its own each. */
export function evmRig(): EvmRig {
  jest.setTimeout(180_000);
  const rig = new EvmRig();
  beforeAll(() => rig.open());
  afterAll(() => rig.stop());
  beforeEach(() => rig.begin());
  afterEach(() => rig.end());
  return rig;
}

/** The subgraph, and a feed that follows one chain through a local node. */
export class EvmRig {
  private whales: WhalesRig;
  private count = 0;
  private feed: Stop | null = null;
  node: LocalNode;
  chain: string;

  async open(): Promise<void> {
    this.whales = await startWhales();
  }

  /** A chain of its own, through a node of its own. */
  async begin(): Promise<void> {
    this.count += 1;
    this.chain = `chain-${this.count}`;
    this.node = await LocalNode.open();
  }

  /** Starts the feed process; `minUsd` is what is let go of below. */
  async follow(chain: Record<string, unknown>, minUsd = '250000'): Promise<void> {
    const file = join(tmpdir(), `spyhop-chains-${process.pid}-${this.count}.json`);
    const native = { symbol: 'COIN', atLeast: '100' };
    const { chainId, url } = this.node;
    const all = [{ ...{ name: this.chain, chainId, url, native }, ...chain }];
    await writeFile(file, JSON.stringify(all));
    this.feed = await this.whales.feed({
      ...{ MEMPOOL_SPACE: 'off', WHALE_SOURCE: 'live', WHALE_MIN_USD: minUsd, EVM_CHAINS: file },
    });
  }

  async stopFeed(): Promise<void> {
    await this.feed?.();
    this.feed = null;
  }

  async end(): Promise<void> {
    await this.stopFeed();
    await this.node.close();
  }

  /** All of the chain, the newest first. */
  async shown(withdrawn = false): Promise<Shown[]> {
    const { whaleTransactions } = await this.whales.graph.data<{
      whaleTransactions: { edges: { node: Shown }[] };
    }>(
      `query ($filter: WhaleTransactionFilter) {
        whaleTransactions(filter: $filter, first: 200) { edges { node {
          hash time status confirmations usd
          legs { symbol kind amount from { address } to { address } }
        } } }
      }`,
      { filter: { chains: [this.chain], withdrawn } },
    );
    return whaleTransactions.edges.map(({ node }) => node);
  }

  /** Of those that stand, sorted. */
  async hashes(): Promise<string[]> {
    return (await this.shown()).map(({ hash }) => hash).sort();
  }

  untilShown(count: number): Promise<void> {
    return until(async () => (await this.shown()).length === count);
  }

  untilConnected(): Promise<void> {
    return until(async () => (await this.source())?.isConnected === true);
  }

  /** Until all blocks so far were looked at: one more whale comes in a block on top of them. */
  async settle(): Promise<string> {
    const last = paid(9);
    this.node.mine({ logs: [last] });
    await until(async () => (await this.hashes()).includes(last.transactionHash));
    return last.transactionHash;
  }

  /** What the chain's source is said to be. */
  source(): Promise<SourceShown | undefined> {
    return this.whales.sourceOf(`${this.chain}-node`);
  }

  async stop(): Promise<void> {
    await this.whales?.stop();
  }
}
