import type { Log as Logger } from '@spyhop/platform/log';
import { WebSocket } from 'ws';
import { ZodError } from 'zod';
import type { PriceAt } from '../../rules/valuation';
import { keepConnected, untilClosed } from '../keep-connected';
import type { Memory } from '../memory';
import type { Outside } from '../outside';
import type { Sink, Source } from '../source';
import { BlockReader } from './block-reader';
import { ChainFollower, type KeptBlock } from './chain-follower';
import type { FollowedChain } from './chains';
import { Judge } from './large';
import { EvmNode } from './node';
import { sourceName } from './parse';
import { Refused, Rpc, Unanswered } from './rpc';
import { Head, ToldLog } from './wire';

export interface EvmOptions {
  chain: FollowedChain;
  minUsd: string;
  priceAt: PriceAt;
  memory: Memory<KeptBlock>;
  /** Later with every call. */
  stamp: () => number;
  outside: Outside;
  log: Logger;
  /** How often the node is asked although it has told of nothing, in ms. */
  lookMs?: number;
  /** The first pause before connecting again, in ms; it doubles up to a minute. */
  retryMs?: number;
}

const LOOK_MS = 15_000;
const RETRY_MS = 2_000;
const FAILED_PAUSE_MS = 1_000;
/** Blocks that a node says it has taken back, between two looks. */
const MOST_REMOVED = 1_000;

/** A chain like Ethereum, by the JSON-RPC of a node: transfers of chosen tokens, and of the chain's own coin. */
export function createEvmSource(options: EvmOptions): Source {
  const { chain, memory, stamp, log, outside, retryMs = RETRY_MS } = options;
  return {
    name: sourceName(chain.name),
    kind: 'LIVE',
    description: `Large transactions of ${chain.name} as a node tells of them.`,
    run: (sink, signal) => {
      const { confirmations } = chain;
      const follower = new ChainFollower({ sink, memory, confirmations, stamp, log });
      return keepConnected(
        { sink, retryMs, timers: outside },
        signal,
        (connected) => new Connection(options, follower, connected),
      );
    },
  };
}

/** One connection to a node, until it ends. */
class Connection {
  private readonly rpc: Rpc;
  private readonly through: { node: EvmNode; reader: BlockReader };
  private following: Promise<void> = Promise.resolve();
  private readonly ending = new AbortController();
  /** The newest block that was told of and not looked at yet. */
  private head: Head | null = null;
  /** Blocks whose logs the node has taken back. */
  private removed = new Set<string>();
  private wake: () => void = () => undefined;
  private isAwake = true;
  private newest: Head | null = null;
  private isBehind = false;
  /** What to know of the node although it answers. */
  private note = '';
  private said: string | null = null;
  private reason = 'The connection was closed.';

  constructor(
    private readonly options: EvmOptions,
    private readonly follower: ChainFollower,
    private readonly sink: Sink,
  ) {
    const { chain, minUsd, priceAt, log, outside } = options;
    const where = { source: sourceName(chain.name), url: chain.url };
    this.rpc = new Rpc(outside, where, (result) => this.onTold(result));
    const pause = (ms: number): Promise<void> => outside.pause(ms, this.ending.signal);
    const node = new EvmNode(this.rpc, chain, pause);
    const judgeAt = (time: number): Judge => new Judge(chain, minUsd, priceAt, time);
    this.through = { node, reader: new BlockReader(chain, node, judgeAt, log) };
    this.rpc.socket.on('open', () => void this.follow());
    // Messages of errors may hold the address, and with it a key.
    this.rpc.socket.on('error', () => (this.reason = 'It cannot be reached.'));
  }

  /** Resolves to why it ended. */
  async run(signal: AbortSignal): Promise<string> {
    const { outside: timers, lookMs: everyMs = LOOK_MS } = this.options;
    const stop = (): void => this.ending.abort();
    signal.addEventListener('abort', stop, { once: true });
    const watch = (): void => this.watch();
    await untilClosed(this.rpc.socket, { watch, everyMs, timers }, signal);
    signal.removeEventListener('abort', stop);
    stop();
    this.rouse();
    await this.following;
    return this.reason;
  }

  private follow(): void {
    this.following = this.begin();
  }

  private async begin(): Promise<void> {
    if (!(await this.isOfChain())) return this.rpc.socket.close();
    await this.subscribe();
    await this.loop();
  }

  /** Whether it is a node of the chain that it was configured for; what is of another must not stand under its name. */
  private async isOfChain(): Promise<boolean> {
    const { name, chainId } = this.options.chain;
    if (chainId === null) return true;
    try {
      const told = await this.through.node.chainId();
      if (told === null || told === chainId) return true;
      this.reason = `The node is of chain ${told}; ${name} is ${chainId}: configure a node of that.`;
    } catch (err) {
      this.failed(err);
    }
    return false;
  }

  private async subscribe(): Promise<void> {
    try {
      await this.through.node.subscribe();
    } catch (err) {
      this.note = 'The node does not tell of new blocks, so it is asked every now and then.';
      this.failed(err);
    }
  }

  private async loop(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      this.isAwake = false;
      const told = { head: this.head, removed: this.removed };
      [this.head, this.removed] = [null, new Set()];
      try {
        const { outcome, newest } = await this.follower.catchUp(this.through, told, signal);
        this.newest = newest;
        this.isBehind = outcome === 'behind';
        this.say();
      } catch (err) {
        if (signal.aborted) return;
        for (const hash of told.removed) this.removed.add(hash);
        this.failed(err);
        await this.options.outside.pause(FAILED_PAUSE_MS, signal);
        continue;
      }
      if (!this.isAwake && !signal.aborted) await new Promise<void>((ok) => (this.wake = ok));
    }
  }

  private failed(err: unknown): void {
    const { chain, log } = this.options;
    log.warn({ err, chain: chain.name }, 'a node of a chain has failed; trying again');
    if (err instanceof Refused) this.tell('The node refuses what it is asked.');
    else if (err instanceof Unanswered) this.tell('The node does not answer.');
    else if (err instanceof ZodError) this.tell('The node answers with what cannot be read.');
  }

  private rouse(): void {
    this.isAwake = true;
    this.wake();
  }

  private watch(): void {
    if (!this.rpc.hasSpoken) {
      this.reason = 'It has gone silent.';
      return this.rpc.socket.terminate();
    }
    this.rpc.hasSpoken = false;
    if (this.rpc.socket.readyState === WebSocket.OPEN) this.rpc.socket.ping();
    if (this.newest !== null) this.say();
    this.rouse();
  }

  /** A subscription does not say when it has told all of a block, so that is asked for as soon as it tells any. */
  private onTold(result: unknown): void {
    const head = Head.safeParse(result);
    if (head.success) this.head = head.data;
    const log = ToldLog.safeParse(result);
    if (log.data?.removed && this.removed.size < MOST_REMOVED) this.removed.add(log.data.blockHash);
    if (head.success || log.success) this.rouse();
  }

  /** That it is connected, and how old its newest block is where that is too old. */
  private say(): void {
    const { chain, outside } = this.options;
    const { newest } = this;
    if (newest === null) return;
    const block = `block ${newest.number.toLocaleString('en')}`;
    const ageS = Math.round(outside.clock() / 1_000 - newest.timestamp);
    const known = this.follower.tip ?? newest.number;
    if (this.isBehind && newest.number < known) {
      this.tell(
        `The node has fallen behind: it says that ${block} is the newest, ${known - newest.number} blocks before what it has told of.`,
        'STALE',
      );
    } else if (ageS > chain.staleAfterSeconds) {
      this.tell(
        `Its newest, ${block}, is ${ageS} s old: the node is behind, or the chain stands still.`,
        'STALE',
      );
    } else this.tell(this.note);
  }

  private tell(message: string, but?: 'STALE'): void {
    if (message === this.said) return;
    this.said = message;
    this.sink.connected(message, but);
  }
}
