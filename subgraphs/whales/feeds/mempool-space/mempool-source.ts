import type { Log } from '@spyhop/platform/log';
import type { WhaleState } from '@spyhop/platform/topics';
import { Agent } from 'undici';
import type { PriceAt } from '../../rules/valuation';
import { keepConnected } from '../keep-connected';
import type { Outside } from '../outside';
import type { Sink, Source } from '../source';
import { MempoolConnection } from './connection';
import { leastSatoshi } from './large';
import { type LookedUp, lookUp } from './look-up';
import { MEMPOOL_SPACE, largestCoinOf, sightingOf } from './parse';
import type { Found, Watch, Watched } from './watch';
import type { Left, MempoolTransaction, Projected } from './wire';

export interface MempoolOptions {
  /** e.g. https://mempool.space */
  host: string;
  minUsd: string;
  priceAt: PriceAt;
  /** What is not settled yet, shared with who stands in for this source. */
  watch: Watch;
  outside: Outside;
  log: Log;
  /** Between look-ups, in ms: the public host's limits are not published. */
  lookUpMs?: number;
  /** The first pause before connecting again, in ms; it doubles up to a minute. */
  retryMs?: number;
}

const LOOK_UP_MS = 300;
const REFUSED_PAUSE_MS = 30_000;
const RETRY_MS = 2_000;
/** Blocks without anything large, one after the other, there are not. */
const QUIET_AFTER_MS = 3_600_000;
const TIMEOUT_MS = 15_000;
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;
/** Transactions that wait to be looked up, the largest first; of more the smallest are let go of. */
const MOST_WAITING = 300;
/** What was let go of is said so often. */
const LET_GO_EVERY_MS = 60_000;
/** Transactions that are remembered as looked up: some blocks' worth. */
const MOST_KNOWN = 20_000;

/**
 * Bitcoin by mempool.space, which needs no key: it tells of all that the next block is to hold, with the sum
 * of outputs; what is large is looked up once for whom it pays, with what made the largest coin that it spends, and
 * again when it has left the mempool.
 */
export function createMempoolSource(options: MempoolOptions): Source {
  return {
    name: MEMPOOL_SPACE,
    kind: 'LIVE',
    quietAfterMs: QUIET_AFTER_MS,
    description: 'Large transactions of Bitcoin as mempool.space tells of them.',
    run: (sink, signal) => new Follower(options, sink).run(signal),
  };
}

class Follower {
  private readonly known = new Set<string>();
  /** To be looked up, with the sum of outputs in satoshi. */
  private readonly waiting = new Map<string, number>();
  /** Since it was said last. */
  private readonly letGo = { count: 0, saidAt: -Infinity };
  private readonly agent = new Agent({
    ...{ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS },
    maxResponseSize: LARGEST_BODY_BYTES,
  });

  constructor(
    private readonly options: MempoolOptions,
    private readonly sink: Sink,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.options.watch.restore();
      await Promise.all([this.keepConnected(signal), this.lookUpAll(signal)]);
    } finally {
      await this.agent.destroy();
    }
  }

  private keepConnected(signal: AbortSignal): Promise<void> {
    const { host, outside, retryMs = RETRY_MS } = this.options;
    return keepConnected(
      { sink: this.sink, retryMs, timers: outside },
      signal,
      (sink) =>
        new MempoolConnection(outside, host.replace(/^http/, 'ws'), {
          told: (transactions) => {
            sink.connected();
            this.want(transactions);
          },
          left: (left) => this.see(left),
          grown: (height) => this.remember(this.options.watch.grow(height)),
          doubted: () => this.options.watch.doubtAll(),
        }),
    );
  }

  private want(transactions: readonly Projected[]): void {
    const least = leastSatoshi(this.options);
    for (const [txid, , , value] of transactions) {
      if (value < least || this.known.has(txid)) continue;
      this.known.add(txid);
      this.waiting.set(txid, value);
    }
    for (const oldest of this.known) {
      if (this.known.size <= MOST_KNOWN) break;
      this.known.delete(oldest);
    }
    this.letGoOfSmallest();
  }

  /** They are wanted again where they are told of again. */
  private letGoOfSmallest(): void {
    const smallest = this.largestFirst().slice(MOST_WAITING);
    for (const [txid] of smallest) {
      this.waiting.delete(txid);
      this.known.delete(txid);
    }
    this.letGo.count += smallest.length;
  }

  private largestFirst(): [txid: string, satoshi: number][] {
    return [...this.waiting].sort(([, one], [, other]) => other - one);
  }

  private sayLetGo(): void {
    const { outside, log } = this.options;
    const { count, saidAt } = this.letGo;
    const now = outside.clock();
    if (count === 0 || now - saidAt < LET_GO_EVERY_MS) return;
    log.warn(
      { count },
      'more large transactions of Bitcoin than can be looked up: the smallest are let go of',
    );
    Object.assign(this.letGo, { count: 0, saidAt: now });
  }

  /** What has left the mempool: who took its place is told, of the others it is asked what has become. */
  private see({ removed, mined, replaced }: Left): void {
    const { watch } = this.options;
    watch.doubt([...removed, ...mined]);
    for (const { replaced: txid, by } of replaced) {
      const watched = watch.get(txid);
      if (watched) this.remember(this.end(watched, watch.stateOfReplaced(by)));
    }
  }

  /** What cannot be kept now is found by asking, after a restart. */
  private remember(kept: Promise<void>): void {
    kept.catch((err: unknown) =>
      this.options.log.warn({ err }, 'of a transaction not all is kept'),
    );
  }

  private async lookUpAll(signal: AbortSignal): Promise<void> {
    const { watch, log, outside, lookUpMs = LOOK_UP_MS } = this.options;
    for (; !signal.aborted; await outside.pause(lookUpMs, signal)) {
      this.sayLetGo();
      const [largest] = this.largestFirst();
      const txid = largest?.[0] ?? watch.nextDoubted();
      if (txid === undefined) continue;
      this.waiting.delete(txid);
      const found: LookedUp = await this.lookUp(txid, signal);
      if (found === 'refused' || found === 'failed') {
        if (watch.get(txid)) watch.doubt([txid]);
        else if (largest) this.waiting.set(...largest);
        await outside.pause(found === 'refused' ? REFUSED_PAUSE_MS : lookUpMs, signal);
      } else if (found === 'unreadable')
        log.warn({ txid }, 'what is told of a transaction can be none');
      else if (found === 'gone') await this.lose(txid);
      else await this.take(found, signal);
    }
  }

  private lookUp(txid: string, signal: AbortSignal): Promise<LookedUp> {
    const { host, outside } = this.options;
    return lookUp(outside, txid, { host, dispatcher: this.agent, signal });
  }

  private async take(transaction: MempoolTransaction, signal: AbortSignal): Promise<void> {
    const { watch, outside } = this.options;
    const { confirmed, block_height: height } = transaction.status;
    const sighting = sightingOf(transaction, outside.clock());
    if (sighting === null) return;
    const found = { sighting, height: confirmed ? (height ?? null) : null };
    const before = watch.get(transaction.txid);
    const isNews = before?.height !== found.height || before.sighting.source !== MEMPOOL_SPACE;
    if (!isNews) return;
    // Its time and amounts stay what they were at first, whoever has told of it then.
    if (before) found.sighting = { ...before.sighting, source: MEMPOOL_SPACE };
    const state = watch.stateOf(found);
    const isKept = await this.sink.seen({ ...found.sighting, state }, before !== undefined);
    if (!isKept) return;
    await watch.keep(found);
    if (!before) await this.addAge({ ...found, state }, transaction, signal);
  }

  /**
   * Tells of it once more with the age of its largest coin, where that can be had at the first try. Its state is
   * that of before: what has become of it meanwhile was learned later.
   */
  private async addAge(
    { sighting, height, state }: Found & { state: WhaleState },
    transaction: MempoolTransaction,
    signal: AbortSignal,
  ): Promise<void> {
    const { watch, outside, lookUpMs = LOOK_UP_MS } = this.options;
    const txid = largestCoinOf(transaction);
    if (txid === null) return;
    await outside.pause(lookUpMs, signal);
    const coin = await this.lookUp(txid, signal);
    const seconds = typeof coin === 'string' ? undefined : coin.status.block_time;
    if (seconds === undefined) return;
    const legs = sighting.legs.map((leg) => ({ ...leg, coinsSince: seconds * 1_000 }));
    const aged = { ...sighting, legs };
    const isKept = await this.sink.seen({ ...aged, state }, true);
    if (isKept && watch.get(sighting.hash)) await watch.keep({ sighting: aged, height });
  }

  private async lose(txid: string): Promise<void> {
    const { watch, log } = this.options;
    const watched = watch.get(txid);
    if (watched) await this.end(watched, watch.stateOfGone(watched));
    else log.debug({ txid }, 'a transaction was replaced before it was looked up');
  }

  /** It is told once more, and looked up anew should it come back. */
  private async end({ sighting }: Watched, state: WhaleState): Promise<void> {
    await this.sink.seen({ ...sighting, state }, true);
    this.known.delete(sighting.hash);
    await this.options.watch.forget([sighting.hash]);
  }
}
