import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { Agent } from 'undici';
import { Exact } from '../../rules/exact';
import type { PriceAt } from '../../rules/valuation';
import { keepConnected } from '../keep-connected';
import { pause } from '../pause';
import type { Sink, Source } from '../source';
import { MempoolConnection } from './connection';
import { type LookedUp, lookUp } from './look-up';
import { MEMPOOL_SPACE, SATOSHI_DECIMALS, sightingOf } from './parse';
import type { Projected } from './wire';

export interface MempoolOptions {
  /** e.g. https://mempool.space */
  host: string;
  minUsd: string;
  priceAt: PriceAt;
  clock: Clock;
  log: Log;
  /** Between look-ups, in ms: the public host's limits are not published. */
  lookUpMs?: number;
  /** The first pause before connecting again, in ms; it doubles up to a minute. */
  retryMs?: number;
}

const LOOK_UP_MS = 300;
const REFUSED_PAUSE_MS = 30_000;
const RETRY_MS = 2_000;
const TIMEOUT_MS = 15_000;
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;
/** Transactions that wait to be looked up; more are let go of, the oldest first. */
const MOST_WAITING = 300;
/** Transactions that are remembered as looked up: some blocks' worth. */
const MOST_KNOWN = 20_000;
/** Counts as large where there is no price yet, in satoshi: 5 BTC. */
const LARGE_WITHOUT_PRICE = 500_000_000;

/**
 * Bitcoin by mempool.space, which needs no key: it tells of all that the next block is to hold, with the sum
 * of outputs; what is large is looked up once for whom it pays.
 */
export function createMempoolSource(options: MempoolOptions): Source {
  return {
    name: MEMPOOL_SPACE,
    kind: 'LIVE',
    description: 'Large transactions of Bitcoin as mempool.space tells of them.',
    run: (sink, signal) => new Follower(options, sink).run(signal),
  };
}

class Follower {
  private readonly known = new Set<string>();
  private readonly waiting: string[] = [];
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
      await Promise.all([this.keepConnected(signal), this.lookUpAll(signal)]);
    } finally {
      await this.agent.destroy();
    }
  }

  private keepConnected(signal: AbortSignal): Promise<void> {
    const { host, retryMs = RETRY_MS } = this.options;
    return keepConnected(
      this.sink,
      retryMs,
      signal,
      (sink) =>
        new MempoolConnection(host.replace(/^http/, 'ws'), {
          told: (transactions) => {
            sink.connected();
            this.want(transactions);
          },
        }),
    );
  }

  private want(transactions: readonly Projected[]): void {
    const least = this.leastSatoshi();
    for (const [txid, , , value] of transactions) {
      if (value < least || this.known.has(txid)) continue;
      this.known.add(txid);
      this.waiting.push(txid);
    }
    for (const oldest of this.known) {
      if (this.known.size <= MOST_KNOWN) break;
      this.known.delete(oldest);
    }
    this.waiting.splice(0, this.waiting.length - MOST_WAITING);
  }

  /** What the outputs of a large transaction come to at least; change is among them. */
  private leastSatoshi(): number {
    const { priceAt, clock, minUsd } = this.options;
    const price = priceAt('BTC', clock());
    if (price === null) return LARGE_WITHOUT_PRICE;
    return new Exact(minUsd).div(price).mul(new Exact(10).pow(SATOSHI_DECIMALS)).toNumber();
  }

  private async lookUpAll(signal: AbortSignal): Promise<void> {
    const { host, clock, log, lookUpMs = LOOK_UP_MS } = this.options;
    for (; !signal.aborted; await pause(lookUpMs, signal)) {
      const txid = this.waiting.shift();
      if (txid === undefined) continue;
      const found: LookedUp = await lookUp(host, txid, this.agent, signal);
      if (found === 'refused' || found === 'failed') {
        this.waiting.unshift(txid);
        await pause(found === 'refused' ? REFUSED_PAUSE_MS : lookUpMs, signal);
      } else if (found === 'gone') {
        log.debug({ txid }, 'a transaction was replaced before it was looked up');
      } else {
        const sighting = sightingOf(found, clock());
        if (sighting !== null) await this.sink.seen(sighting);
      }
    }
  }
}
