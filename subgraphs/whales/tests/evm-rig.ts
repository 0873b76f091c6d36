import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stop } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { start as startFeeds } from '../feeds/main';
import { LocalNode } from './evm-node';
import { type WhalesRig, startWhales } from './rig';

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

/** The subgraph, and a feed that follows one chain through a local node. */
export class EvmRig {
  private count = 0;
  private feed: Stop | null = null;
  node: LocalNode;
  chain: string;

  private constructor(readonly whales: WhalesRig) {}

  static async open(): Promise<EvmRig> {
    return new EvmRig(await startWhales());
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
    const all = [{ name: this.chain, url: this.node.url, native, ...chain }];
    await writeFile(file, JSON.stringify(all));
    this.feed = await startFeeds({
      ...this.whales.redisEnv,
      ...{ WHALES_FEEDS_ADMIN_PORT: String(await freePort()), LOG_LEVEL: 'silent' },
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

  /** What the chain's source is said to be. */
  async source(): Promise<{ isConnected: boolean; message: string } | undefined> {
    const { whaleFeedStatus } = await this.whales.graph.data<{
      whaleFeedStatus: {
        sources: { name: string; isConnected: boolean; message: string }[];
      } | null;
    }>('{ whaleFeedStatus { sources { name isConnected message } } }');
    return whaleFeedStatus?.sources.find(({ name }) => name === `${this.chain}-node`);
  }

  async stop(): Promise<void> {
    await this.whales.stop();
  }
}
