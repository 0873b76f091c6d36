import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { WebSocket } from 'ws';
import { type FeedMessage, type SymbolsByPair, readFrame } from './parse';
import { subscribeMessages } from './streams';
import type { Cancel, Timers } from '../timers';

/** One frame of market data, as it came and as it reads. */
export interface Frame {
  /** Epoch ms. */
  receivedAt: number;
  text: string;
  message: FeedMessage;
}

/** Why a connection is over. */
export interface SocketEnd {
  reason: string;
  /** The handshake succeeded. */
  opened: boolean;
  /** The host refuses this location or address. */
  blocked: boolean;
}

/** What a connection tells its owner; nothing comes after `ended`. */
export interface SocketListener {
  /** Every stream is subscribed. */
  ready(): void;
  frame(frame: Frame): void;
  ended(end: SocketEnd): void;
}

export interface SocketOptions {
  /** e.g. wss://stream.binance.com:9443 */
  host: string;
  streams: readonly string[];
  symbols: SymbolsByPair;
  timers: Timers;
  /** A connection without a frame for so long counts as dead. Pings do not count: half-dead ones still send them. */
  silenceMs: number;
}

/** Four messages in any second: the limit is five, and one is kept for the answer to a ping. */
const CONTROL_MESSAGE_SPACING_MS = 300;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const CONFIRMATION_TIMEOUT_MS = 15_000;
const LARGEST_FRAME_BYTES = 16 * 1024 * 1024;
const BLOCKED_STATUSES = [403, 451];

/** One connection to the stream host, subscribed to its streams, until it ends. `ws` answers the pings. */
export class StreamSocket {
  private readonly socket: WebSocket;
  private readonly unanswered: Set<number>;
  private readonly unsent: string[];
  private cancelSending: Cancel = () => undefined;
  private cancelWatch: Cancel = () => undefined;
  private cancelConfirmation: Cancel = () => undefined;
  private lastFrameAt = 0;
  private opened = false;
  private over = false;

  constructor(
    private readonly options: SocketOptions,
    private readonly listener: SocketListener,
  ) {
    this.unsent = subscribeMessages(options.streams);
    this.unanswered = new Set(this.unsent.map((_, index) => index + 1));
    this.socket = new WebSocket(`${options.host}/stream`, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: LARGEST_FRAME_BYTES,
      perMessageDeflate: false,
    });
    this.socket.on('open', () => this.onOpen());
    this.socket.on('message', (data) => this.onText((data as Buffer).toString()));
    this.socket.on('unexpected-response', (_, response) => this.onRefused(response));
    this.socket.on('error', (error) => this.end(error.message));
    this.socket.on('close', (code, reason) => this.end(`closed with ${code} ${reason.toString()}`));
  }

  /** Ends the connection without waiting for the other side. */
  end(reason: string, blocked = false): void {
    if (this.over) return;
    this.over = true;
    this.cancelSending();
    this.cancelWatch();
    this.cancelConfirmation();
    this.socket.terminate();
    this.listener.ended({ reason: reason.trim(), opened: this.opened, blocked });
  }

  private onOpen(): void {
    this.opened = true;
    this.lastFrameAt = this.options.timers.now();
    this.watchIn(this.options.silenceMs);
    this.cancelConfirmation = this.options.timers.after(CONFIRMATION_TIMEOUT_MS, () =>
      this.end('the subscriptions were not confirmed'),
    );
    this.sendNext();
  }

  private onRefused(response: IncomingMessage): void {
    const status = response.statusCode ?? 0;
    const reason = `the handshake was refused with ${status} ${STATUS_CODES[status] ?? ''}`;
    this.end(reason, BLOCKED_STATUSES.includes(status));
  }

  private sendNext(): void {
    const message = this.unsent.shift();
    if (message === undefined) return;
    this.socket.send(message);
    this.cancelSending = this.options.timers.after(CONTROL_MESSAGE_SPACING_MS, () =>
      this.sendNext(),
    );
  }

  private watchIn(ms: number): void {
    this.cancelWatch = this.options.timers.after(ms, () => {
      const idle = this.options.timers.now() - this.lastFrameAt;
      if (idle >= this.options.silenceMs) this.end(`silent for ${idle} ms`);
      else this.watchIn(this.options.silenceMs - idle);
    });
  }

  private onText(text: string): void {
    if (this.over) return;
    const receivedAt = this.options.timers.now();
    this.lastFrameAt = receivedAt;
    const message = readFrame(text, this.options.symbols);
    if (message.kind === 'answered') this.onAnswered(message.id);
    else if (message.kind === 'refused') this.end(`a subscription was refused: ${message.reason}`);
    else this.listener.frame({ receivedAt, text, message });
  }

  private onAnswered(id: number | null): void {
    if (id === null || !this.unanswered.delete(id)) return;
    if (this.unanswered.size > 0) return;
    this.cancelConfirmation();
    this.listener.ready();
  }
}
