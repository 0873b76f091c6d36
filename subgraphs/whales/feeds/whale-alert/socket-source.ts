import type { Log } from '@spyhop/platform/log';
import type { Chains } from '../../rules/chains';
import type { Sighting } from '../../rules/whale';
import { Conversation } from '../conversation';
import { HandOver } from '../hand-over';
import { exactJsonOf } from '../json';
import { keepConnected } from '../keep-connected';
import type { Memory } from '../memory';
import type { Outside } from '../outside';
import type { Sink, Source } from '../source';
import { CatchUp, type Past, type Reached } from './catch-up';
import { QUIET_AFTER_MS, WHALE_ALERT, parseAlert } from './parse';
import { Alert, Confirmation, Refusal } from './wire';

export interface SocketOptions {
  /** e.g. wss://leviathan.whale-alert.io */
  host: string;
  key: string;
  /** In USD; 100,000 at least. */
  minUsd: string;
  known: Chains;
  /** What it is asked for that was told while nobody listened; null where that is not wanted. */
  past: Past | null;
  memory: Memory<Reached>;
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

/** Whale Alert's WebSocket: tells of each as it happens, and of nothing that was missed, which a REST API is asked for. */
export function createSocketSource(options: SocketOptions): Source {
  return {
    name: WHALE_ALERT,
    kind: 'LIVE',
    description: 'Large transactions as Whale Alert tells of them.',
    quietAfterMs: QUIET_AFTER_MS,
    run: (sink, signal) => {
      const { past, memory, outside, log, retryMs = RETRY_MS } = options;
      const catchUp = new CatchUp({ past, memory, clock: outside.clock, log });
      return keepConnected(
        { sink, retryMs, timers: outside },
        signal,
        (connected) => new Connection(options, catchUp, connected),
      );
    },
  };
}

/** One connection, until it ends. */
class Connection {
  private readonly conversation: Conversation;
  private readonly handOver = new HandOver();
  private readonly ending = new AbortController();
  private catchingUp: Promise<void> = Promise.resolve();
  /** It is to be caught up, and not begun with. */
  private isDue = false;

  constructor(
    private readonly options: SocketOptions,
    private readonly catchUp: CatchUp,
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
    this.ending.abort();
    await Promise.all([this.handOver.done(), this.catchingUp]);
    return reason;
  }

  private makeUp(): void {
    this.catchUp.interrupted();
    if (this.isDue) return;
    this.isDue = true;
    const { signal } = this.ending;
    const run = async (): Promise<void> => {
      this.isDue = false;
      if (!signal.aborted) await this.catchUp.run(this.sink, this.sink.connected, signal);
    };
    this.catchingUp = this.catchingUp.then(run).catch((err: unknown) => {
      this.options.log.warn({ err }, 'what was missed cannot be read; connecting again');
      this.conversation.close('What was missed cannot be read.');
    });
  }

  private onText(text: string): void {
    const message = exactJsonOf(text);
    if (Confirmation.safeParse(message).success) return this.confirmed();
    const refused = Refusal.safeParse(message);
    if (refused.success) return this.conversation.close(`Refused: ${refused.data.error}`);
    const alert = Alert.safeParse(message);
    if (alert.success) this.take(alert.data);
  }

  private confirmed(): void {
    this.sink.connected();
    this.makeUp();
  }

  private async hand(sighting: Sighting): Promise<void> {
    if (await this.sink.seen(sighting)) await this.catchUp.kept(sighting);
  }

  private take(alert: Alert): void {
    const { sightings, faults } = parseAlert(alert, this.options.known);
    for (const fault of faults) this.options.log.warn({ fault }, 'an alert is left out');
    const { hash } = alert.transaction;
    for (const sighting of sightings) {
      const hasRoom = this.handOver.add(() => this.hand(sighting));
      if (hasRoom) continue;
      this.options.log.error({ alert: hash }, 'too many alerts wait: one is let go of');
      this.makeUp();
    }
  }
}

function subscription(minUsd: string): string {
  const least = Math.max(Number(minUsd), LEAST_USD);
  return JSON.stringify({
    ...{ type: 'subscribe_alerts', id: 'spyhop', tx_types: TYPES, min_value_usd: least },
  });
}
