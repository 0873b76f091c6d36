import { WebSocket } from 'ws';
import { untilClosed } from './keep-connected';

const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface Manners {
  largestFrameBytes: number;
  /** Sent as soon as it is open. */
  opening: readonly string[];
  /** Between pings, in ms; without any answer for twice as long the connection counts as dead. */
  pingMs: number;
  ping: (socket: WebSocket) => void;
  onText: (text: string) => void;
}

/** One WebSocket connection that is to say something all the time, until it ends. */
export class Conversation {
  private readonly socket: WebSocket;
  private hasSpoken = true;
  private reason = 'The connection was closed.';

  constructor(
    url: string,
    private readonly manners: Manners,
  ) {
    const { largestFrameBytes, opening, onText } = manners;
    this.socket = new WebSocket(url, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: largestFrameBytes,
    });
    this.socket.on('open', () => opening.forEach((text) => this.socket.send(text)));
    this.socket.on('pong', () => (this.hasSpoken = true));
    this.socket.on('message', (data) => {
      this.hasSpoken = true;
      onText((data as Buffer).toString());
    });
    // Messages of errors may hold the address, and with it a key; and who watches the page need not know it.
    this.socket.on('error', () => (this.reason = 'It cannot be reached.'));
  }

  /** Resolves to why it ended. */
  async run(signal: AbortSignal): Promise<string> {
    const everyMs = this.manners.pingMs;
    await untilClosed(this.socket, { watch: () => this.watch(), everyMs }, signal);
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
