import type { Log } from '@spyhop/platform/log';
import type { PriceAt } from '../../rules/valuation';
import { Conversation } from '../conversation';
import { HandOver } from '../hand-over';
import { jsonOf } from '../json';
import { keepConnected } from '../keep-connected';
import { leastSatoshi } from '../mempool-space/large';
import type { Watch } from '../mempool-space/watch';
import type { Outside } from '../outside';
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
  outside: Outside;
  log: Log;
  /** The first pause before connecting again, in ms; it doubles up to a minute. */
  retryMs?: number;
}

const PING_MS = 30_000;
const RETRY_MS = 2_000;
const LARGEST_FRAME_BYTES = 4 * 1024 * 1024;
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
        { sink, retryMs: options.retryMs ?? RETRY_MS, timers: options.outside },
        signal,
        (connected) => new Connection(options, connected),
      ),
  };
}

/** One connection, until it ends. */
class Connection {
  private readonly conversation: Conversation;
  private readonly handOver = new HandOver();

  constructor(
    private readonly options: BlockchainInfoOptions,
    private readonly sink: Sink,
  ) {
    this.conversation = new Conversation(options.outside, `${options.host}/inv`, {
      source: BLOCKCHAIN_INFO,
      largestFrameBytes: LARGEST_FRAME_BYTES,
      opening: [SUBSCRIBE],
      pingMs: PING_MS,
      ping: (socket) => socket.send(PING),
      onText: (text) => this.onText(text),
    });
  }

  /** Resolves to why it ended, once what it told is handed over. */
  async run(signal: AbortSignal): Promise<string> {
    const reason = await this.conversation.run(signal);
    await this.handOver.done();
    return reason;
  }

  private onText(text: string): void {
    const message = Unconfirmed.safeParse(jsonOf(text));
    if (!message.success) return;
    this.sink.connected();
    if (totalOf(message.data) >= leastSatoshi(this.options)) this.take(message.data);
  }

  private take(told: Unconfirmed): void {
    const { log } = this.options;
    const sighting = unconfirmedSighting(told);
    if (sighting === null) return;
    const hasRoom = this.handOver.add(() =>
      this.tell(sighting).catch((err: unknown) =>
        log.warn({ err }, 'of a transaction not all is kept'),
      ),
    );
    if (!hasRoom) log.error({ hash: sighting.hash }, 'too many transactions wait: one is lost');
  }

  private async tell(sighting: NonNullable<ReturnType<typeof unconfirmedSighting>>): Promise<void> {
    const { watch } = this.options;
    const found = { sighting, height: null };
    // It knows when it has seen it, and may tell of it long after: what was learned since then counts.
    const state = { ...watch.stateOf(found), at: sighting.time };
    if (await this.sink.seen({ ...sighting, state })) await watch.keep(found);
  }
}
