import type { Log } from '@spyhop/platform/log';
import type { Chains } from '../../rules/chains';
import { Conversation } from '../conversation';
import { HandOver } from '../hand-over';
import { exactJsonOf } from '../json';
import { keepConnected } from '../keep-connected';
import type { Outside } from '../outside';
import type { Sink, Source } from '../source';
import { WHALE_ALERT, parseAlert } from './parse';
import { Alert, Confirmation, Refusal } from './wire';

export interface SocketOptions {
  /** e.g. wss://leviathan.whale-alert.io */
  host: string;
  key: string;
  /** In USD; 100,000 at least. */
  minUsd: string;
  known: Chains;
  outside: Outside;
  log: Log;
  /** Between pings, in ms. */
  pingMs?: number;
  /** The first pause before connecting again, in ms; it doubles up to a minute. */
  retryMs?: number;
}

const PING_MS = 25_000;
const RETRY_MS = 5_000;
const LEAST_USD = 100_000;
const LARGEST_FRAME_BYTES = 4 * 1024 * 1024;
const TYPES = ['transfer', 'mint', 'burn', 'freeze', 'unfreeze', 'lock', 'unlock'];

/** Whale Alert's WebSocket: tells of each as it happens, and of nothing that was missed. */
export function createSocketSource(options: SocketOptions): Source {
  return {
    name: WHALE_ALERT,
    kind: 'LIVE',
    description: 'Large transactions as Whale Alert tells of them.',
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
    private readonly options: SocketOptions,
    private readonly sink: Sink,
  ) {
    const { host, key, minUsd, outside, pingMs = PING_MS } = options;
    const url = `${host}/ws?api_key=${encodeURIComponent(key)}`;
    this.conversation = new Conversation(outside, url, {
      source: WHALE_ALERT,
      largestFrameBytes: LARGEST_FRAME_BYTES,
      opening: [subscription(minUsd)],
      pingMs,
      ping: (socket) => socket.ping(),
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
    const message = exactJsonOf(text);
    if (Confirmation.safeParse(message).success) return this.sink.connected();
    const refused = Refusal.safeParse(message);
    if (refused.success) return this.conversation.close(`Refused: ${refused.data.error}`);
    const alert = Alert.safeParse(message);
    if (alert.success) this.take(alert.data);
  }

  private take(alert: Alert): void {
    const { sightings, faults } = parseAlert(alert, this.options.known);
    for (const fault of faults) this.options.log.warn({ fault }, 'an alert is left out');
    const { hash } = alert.transaction;
    for (const sighting of sightings) {
      const hasRoom = this.handOver.add(async () => void (await this.sink.seen(sighting)));
      if (!hasRoom) this.options.log.error({ alert: hash }, 'too many alerts wait: one is lost');
    }
  }
}

function subscription(minUsd: string): string {
  const least = Math.max(Number(minUsd), LEAST_USD);
  return JSON.stringify({
    ...{ type: 'subscribe_alerts', id: 'spyhop', tx_types: TYPES, min_value_usd: least },
  });
}
