import type { Log } from '@spyhop/platform/log';
import { WebSocket } from 'ws';
import { keepConnected, untilClosed } from '../keep-connected';
import type { Sink, Source } from '../source';
import { WHALE_ALERT, parseAlert } from './parse';
import { Alert, Confirmation, Refusal, jsonOf } from './wire';

export interface SocketOptions {
  /** e.g. wss://leviathan.whale-alert.io */
  host: string;
  key: string;
  /** In USD; 100,000 at least. */
  minUsd: string;
  log: Log;
  /** Between pings, in ms; without any answer for twice as long the connection counts as dead. */
  pingMs?: number;
  /** The first pause before connecting again, in ms; it doubles up to a minute. */
  retryMs?: number;
}

const PING_MS = 25_000;
const RETRY_MS = 5_000;
const LEAST_USD = 100_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const LARGEST_FRAME_BYTES = 4 * 1024 * 1024;
/** Alerts that wait to be handed over; the plans have 10,000 an hour at most. */
const MOST_WAITING = 1_000;
const TYPES = ['transfer', 'mint', 'burn', 'freeze', 'unfreeze', 'lock', 'unlock'];

/** Whale Alert's WebSocket: tells of each as it happens, and of nothing that was missed. */
export function createSocketSource(options: SocketOptions): Source {
  return {
    name: WHALE_ALERT,
    kind: 'LIVE',
    description: 'Large transactions as Whale Alert tells of them.',
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
  private isAlive = true;
  private reason = 'The connection was closed.';

  constructor(
    private readonly options: SocketOptions,
    private readonly sink: Sink,
  ) {
    const { host, key } = options;
    this.socket = new WebSocket(`${host}/ws?api_key=${encodeURIComponent(key)}`, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: LARGEST_FRAME_BYTES,
    });
    this.socket.on('open', () => this.socket.send(this.subscription()));
    this.socket.on('pong', () => (this.isAlive = true));
    this.socket.on('message', (data) => this.onText((data as Buffer).toString()));
    // Messages of errors may hold the address, and with it the key.
    this.socket.on('error', () => (this.reason = 'It cannot be reached.'));
  }

  /** Resolves to why it ended, once what it told is handed over. */
  async run(signal: AbortSignal): Promise<string> {
    const everyMs = this.options.pingMs ?? PING_MS;
    await untilClosed(this.socket, { watch: () => this.watch(), everyMs }, signal);
    await this.handingOver;
    return this.reason;
  }

  private subscription(): string {
    const least = Math.max(Number(this.options.minUsd), LEAST_USD);
    return JSON.stringify({
      ...{ type: 'subscribe_alerts', id: 'spyhop', tx_types: TYPES, min_value_usd: least },
    });
  }

  private watch(): void {
    if (!this.isAlive) {
      this.reason = 'It has gone silent.';
      return this.socket.terminate();
    }
    this.isAlive = false;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }

  private onText(text: string): void {
    this.isAlive = true;
    const message = jsonOf(text);
    if (Confirmation.safeParse(message).success) return this.sink.connected();
    const refused = Refusal.safeParse(message);
    if (refused.success) {
      this.reason = `Refused: ${refused.data.error}`;
      return this.socket.close();
    }
    const alert = Alert.safeParse(message);
    if (alert.success) this.take(alert.data);
  }

  private take(alert: Alert): void {
    const { sightings, faults } = parseAlert(alert);
    for (const fault of faults) this.options.log.warn({ fault }, 'an alert is left out');
    if (this.waiting >= MOST_WAITING) {
      return this.options.log.error(
        { alert: alert.transaction.hash },
        'too many alerts wait: one is lost',
      );
    }
    for (const sighting of sightings) {
      this.waiting += 1;
      this.handingOver = this.handingOver
        .then(async () => void (await this.sink.seen(sighting)))
        .finally(() => (this.waiting -= 1));
    }
  }
}
