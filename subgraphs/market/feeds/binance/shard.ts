import type { AttemptWindow, Random } from '../pacing';
import { backoffMs } from '../pacing';
import { type Frame, type SocketEnd, StreamSocket } from './socket';
import type { SymbolsByPair } from './parse';
import type { Cancel, Timers } from '../timers';

/** What a shard tells the feed. Frames come in order, each from one connection at a time. */
export interface ShardListener {
  frame(frame: Frame): void;
  /** All streams are subscribed on a connection; after an end it means that they are back. */
  connected(host: string): void;
  /** No connection delivers any more; attempts go on. */
  disconnected(end: SocketEnd): void;
  /** A connection could not be made or was lost; another may still be delivering. */
  failed(end: SocketEnd, host: string): void;
  /** A fresh connection has taken over from one that is about to be closed by the server. */
  rotated(): void;
}

export interface ShardOptions {
  /** Tried in turn: the next one when a host cannot be reached or refuses us. */
  hosts: readonly string[];
  streams: readonly string[];
  symbols: SymbolsByPair;
  timers: Timers;
  random: Random;
  /** Connection attempts of all shards together. */
  attempts: AttemptWindow;
  silenceMs: number;
  /** A connection is replaced at this age; the server closes it after 24 h. */
  rotateAfterMs: number;
  /** How long the old and the new connection run side by side. */
  overlapMs: number;
}

/** A connection that holds has earned a fresh start of the back-off. */
const STABLE_AFTER_MS = 30_000;
const MOST_FRAMES_HELD = 50_000;

/** A connection of the shard. While another one delivers, it holds its frames back. */
interface Lane {
  socket: StreamSocket | null;
  host: string;
  readyAt: number | null;
  held: Frame[];
  cancel: Cancel;
}

/**
 * Keeps one set of streams alive over any number of connections. Before a connection reaches its
 * age, or when the server announces a shutdown, a successor is opened beside it: it holds back what it receives
 * until it takes over, and the reader of the frames drops what both have delivered.
 */
export class Shard {
  private active: Lane | null = null;
  private successor: Lane | null = null;
  private failures = 0;
  private hostIndex = 0;
  private blockedInARow = 0;
  private cancelRetry: Cancel = () => undefined;
  private stopped = false;

  constructor(
    private readonly options: ShardOptions,
    private readonly listener: ShardListener,
  ) {}

  start(): void {
    this.connectIn(0);
  }

  stop(): void {
    this.stopped = true;
    this.cancelRetry();
    for (const lane of [this.successor, this.active]) {
      lane?.cancel();
      lane?.socket?.end('stopped');
    }
  }

  private connectIn(delayMs: number): void {
    this.cancelRetry();
    this.cancelRetry = this.options.timers.after(delayMs, () => this.connect());
  }

  private connect(): void {
    const { hosts, attempts } = this.options;
    const wait = attempts.take();
    if (wait > 0) return this.connectIn(wait);
    const host = hosts[this.hostIndex % hosts.length];
    const lane: Lane = { socket: null, host, readyAt: null, held: [], cancel: () => undefined };
    if (this.active === null) this.active = lane;
    else this.successor = lane;
    lane.socket = new StreamSocket(
      { ...this.options, host },
      {
        ready: () => this.onReady(lane),
        frame: (frame) => this.onFrame(lane, frame),
        ended: (end) => this.onEnded(lane, end),
      },
    );
  }

  private onReady(lane: Lane): void {
    lane.readyAt = this.options.timers.now();
    this.blockedInARow = 0;
    if (lane === this.active) this.announce(lane);
    else this.rotateAfterOverlap(lane);
  }

  /** A successor that has received nothing yet could not take over without a hole. */
  private rotateAfterOverlap(lane: Lane): void {
    lane.cancel = this.options.timers.after(this.options.overlapMs, () =>
      lane.held.length > 0 ? this.rotate() : this.rotateAfterOverlap(lane),
    );
  }

  private announce(lane: Lane): void {
    lane.cancel = this.options.timers.after(this.options.rotateAfterMs, () => this.replace());
    this.listener.connected(lane.host);
  }

  /** Opens a successor beside the active connection, unless one is on its way. */
  private replace(): void {
    if (this.successor === null) this.connectIn(0);
  }

  private onFrame(lane: Lane, frame: Frame): void {
    if (frame.message.kind === 'shutdown') return this.onShutdown(lane);
    if (lane === this.active) return this.listener.frame(frame);
    lane.held.push(frame);
    if (lane.held.length >= MOST_FRAMES_HELD && lane.readyAt !== null) this.rotate();
  }

  private onShutdown(lane: Lane): void {
    if (lane === this.active) this.replace();
    else lane.socket?.end('the server shuts down');
  }

  private rotate(): void {
    const old = this.active;
    this.promote();
    old?.cancel();
    old?.socket?.end('replaced');
    this.listener.rotated();
  }

  /** The successor becomes the active connection and hands over what it held back. */
  private promote(): void {
    const lane = this.successor;
    this.successor = null;
    this.active = lane;
    if (lane === null) return;
    lane.cancel();
    lane.held.splice(0).forEach((frame) => this.listener.frame(frame));
    if (lane.readyAt !== null) this.announce(lane);
  }

  private onEnded(lane: Lane, end: SocketEnd): void {
    lane.cancel();
    const wasActive = lane === this.active;
    if (this.stopped || (!wasActive && lane !== this.successor)) return;
    this.listener.failed(end, lane.host);
    if (wasActive) this.promote();
    else this.successor = null;
    if (this.active?.readyAt == null && wasActive) this.listener.disconnected(end);
    if (this.active === null || !wasActive) this.connectIn(this.delayAfter(lane, end));
  }

  private delayAfter(lane: Lane, end: SocketEnd): number {
    if (!end.opened) this.hostIndex += 1;
    if (end.blocked) this.blockedInARow += 1;
    if (end.blocked && this.blockedInARow < this.options.hosts.length) return 0;
    if (this.wasStable(lane)) this.failures = 0;
    const delay = backoffMs(this.failures, this.options.random);
    this.failures += 1;
    return delay;
  }

  private wasStable(lane: Lane): boolean {
    const { timers } = this.options;
    return lane.readyAt !== null && timers.now() - lane.readyAt >= STABLE_AFTER_MS;
  }
}
