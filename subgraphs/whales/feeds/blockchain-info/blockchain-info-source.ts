import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { WebSocket } from 'ws';
import type { PriceAt } from '../../rules/valuation';
import { keepConnected, untilClosed } from '../keep-connected';
import { leastSatoshi } from '../mempool-space/large';
import type { Watch } from '../mempool-space/watch';
import type { Sink, Source } from '../source';
import { BLOCKCHAIN_INFO, totalOf, unconfirmedSighting } from './parse';
import { Unconfirmed } from './wire';

export interface BlockchainInfoOptions {
  /** e.g. wss://ws.blockchain.info */
  host: string;
  minUsd: string;
  priceAt: PriceAt;
  /** What becomes of transactions is found by whom this stands in for. */
  watch: Watch;
  clock: Clock;
  log: Log;
  /** The first pause before connecting again, in ms; it doubles up to a minute. */
  retryMs?: number;
}

const PING_MS = 30_000;
const RETRY_MS = 2_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const LARGEST_FRAME_BYTES = 4 * 1024 * 1024;
/** Transactions that wait to be handed over. */
const MOST_WAITING = 1_000;
const SUBSCRIBE = JSON.stringify({ op: 'unconfirmed_sub' });
const PING = JSON.stringify({ op: 'ping' });

/** Bitcoin by blockchain.info, which needs no key and promises nothing: all new transactions, a few each second. */
export function createBlockchainInfoSource(options: BlockchainInfoOptions): Source {
  return {
    name: BLOCKCHAIN_INFO,
    kind: 'LIVE',
    description:
      'Where mempool.space is out of reach, those of Bitcoin as blockchain.info tells of them.',
    run: (sink, signal) =>
      keepConnected(
        sink,
        options.retryMs ?? RETRY_MS,
        signal,
        (connected) => new Connection(options, connected),
      ),
  };
}

/** One connection, until it ends. */
class Connection {
  private readonly socket: WebSocket;
  private handingOver: Promise<void> = Promise.resolve();
  private waiting = 0;
  private hasSpoken = true;
  private reason = 'The connection was closed.';

  constructor(
    private readonly options: BlockchainInfoOptions,
    private readonly sink: Sink,
  ) {
    this.socket = new WebSocket(`${options.host}/inv`, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: LARGEST_FRAME_BYTES,
    });
    this.socket.on('open', () => this.socket.send(SUBSCRIBE));
    this.socket.on('message', (data) => this.onText((data as Buffer).toString()));
    this.socket.on('error', () => (this.reason = 'It cannot be reached.'));
  }

  /** Resolves to why it ended, once what it told is handed over. */
  async run(signal: AbortSignal): Promise<string> {
    await untilClosed(this.socket, { watch: () => this.watch(), everyMs: PING_MS }, signal);
    await this.handingOver;
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
    const message = Unconfirmed.safeParse(jsonOf(text));
    if (!message.success) return;
    this.sink.connected();
    if (totalOf(message.data) >= leastSatoshi(this.options)) this.take(message.data);
  }

  private take(told: Unconfirmed): void {
    const { log } = this.options;
    const sighting = unconfirmedSighting(told);
    if (sighting === null) return;
    if (this.waiting >= MOST_WAITING) {
      return log.error({ hash: sighting.hash }, 'too many transactions wait: one is lost');
    }
    this.waiting += 1;
    this.handingOver = this.handingOver
      .then(() => this.tell(sighting))
      .catch((err: unknown) => log.warn({ err }, 'of a transaction not all is kept'))
      .finally(() => (this.waiting -= 1));
  }

  private async tell(sighting: NonNullable<ReturnType<typeof unconfirmedSighting>>): Promise<void> {
    const { watch } = this.options;
    const found = { sighting, height: null };
    // It knows when it has seen it, and may tell of it long after: what was learned since then counts.
    const state = { ...watch.stateOf(found), at: sighting.time };
    if (await this.sink.seen({ ...sighting, state })) await watch.keep(found);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
