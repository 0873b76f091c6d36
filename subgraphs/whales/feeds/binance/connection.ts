import { untilClosed } from '../keep-connected';
import type { Outside, Socket } from '../outside';
import { type Told, readFrame } from './parse';

export interface ConnectionListener {
  trade(trade: Exclude<Told, 'shutdown' | null>): void;
  /** It is going to be closed: another one should take its place. */
  due(): void;
}

export interface ConnectionOptions {
  outside: Outside;
  /** Name of the source. */
  source: string;
  /** e.g. wss://stream.binance.com:9443 */
  host: string;
  streams: readonly string[];
  /** A connection without a frame for so long counts as dead, in ms; pings do not count. */
  silenceMs: number;
  /** The age at which it should be replaced, in ms; the exchange closes it at 24 h. */
  rotateAfterMs: number;
}

const LARGEST_FRAME_BYTES = 1024 * 1024;
/** How often it is looked whether it is silent or old. */
const LOOKS_PER_SILENCE = 4;

/** One connection to the combined streams, until it ends; `ws` answers the pings. */
export class Connection {
  private readonly socket: Socket;
  private readonly openedAt: number;
  private lastFrameAt: number;
  private isDue = false;
  private reason = 'The connection was closed.';

  constructor(
    private readonly options: ConnectionOptions,
    private readonly listener: ConnectionListener,
  ) {
    const { outside, source, host, streams } = options;
    this.openedAt = this.lastFrameAt = outside.clock();
    const url = `${host}/stream?streams=${streams.join('/')}`;
    this.socket = outside.connect(source, url, {
      largestFrameBytes: LARGEST_FRAME_BYTES,
      isDeflated: false,
    });
    this.socket.on('message', (data) => this.onText(data.toString()));
    this.socket.on('error', () => (this.reason = 'It cannot be reached.'));
  }

  /** Resolves to why it ended. */
  async run(signal: AbortSignal): Promise<string> {
    const { outside: timers, silenceMs } = this.options;
    const watch = (): void => this.watch();
    const everyMs = silenceMs / LOOKS_PER_SILENCE;
    await untilClosed(this.socket, { watch, everyMs, timers }, signal);
    return this.reason;
  }

  end(): void {
    this.socket.terminate();
  }

  private watch(): void {
    const now = this.options.outside.clock();
    if (now - this.lastFrameAt >= this.options.silenceMs) {
      this.reason = 'It has gone silent.';
      return this.socket.terminate();
    }
    if (now - this.openedAt >= this.options.rotateAfterMs) this.tellDue();
  }

  private tellDue(): void {
    if (this.isDue) return;
    this.isDue = true;
    this.listener.due();
  }

  private onText(text: string): void {
    this.lastFrameAt = this.options.outside.clock();
    const told = readFrame(text);
    if (told === 'shutdown') this.tellDue();
    else if (told !== null) this.listener.trade(told);
  }
}
