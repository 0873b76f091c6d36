import { WebSocket } from 'ws';
import { untilClosed } from './keep-connected';
import type { Outside, Socket } from './outside';

export interface Manners {
  /** Name of the source. */
  source: string;
  largestFrameBytes: number;
  /** Sent as soon as it is open. */
  opening: readonly string[];
  /** Between pings, in ms; without any answer for twice as long the connection counts as dead. */
  pingMs: number;
  ping: (socket: Socket) => void;
  onText: (text: string) => void;
}

/** One WebSocket connection that is to say something all the time, until it ends. */
export class Conversation {
  private readonly socket: Socket;
  private hasSpoken = true;
  private reason = 'The connection was closed.';

  constructor(
    private readonly outside: Outside,
    url: string,
    private readonly manners: Manners,
  ) {
    const { source, largestFrameBytes, opening, onText } = manners;
    this.socket = outside.connect(source, url, { largestFrameBytes });
    this.socket.on('open', () => opening.forEach((text) => this.socket.send(text)));
    this.socket.on('pong', () => (this.hasSpoken = true));
    this.socket.on('message', (data) => {
      this.hasSpoken = true;
      onText(data.toString());
    });
    // Messages of errors may hold the address, and with it a key; and who watches the page need not know it.
    this.socket.on('error', () => (this.reason = 'It cannot be reached.'));
  }

  /** Resolves to why it ended. */
  async run(signal: AbortSignal): Promise<string> {
    const everyMs = this.manners.pingMs;
    const watch = (): void => this.watch();
    await untilClosed(this.socket, { watch, everyMs, timers: this.outside }, signal);
    return this.reason;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  close(reason: string): void {
    this.reason = reason;
    this.socket.close();
  }

  private watch(): void {
    if (!this.hasSpoken) {
      this.reason = 'It has gone silent.';
      return this.socket.terminate();
    }
    this.hasSpoken = false;
    if (this.socket.readyState === WebSocket.OPEN) this.manners.ping(this.socket);
  }
}
