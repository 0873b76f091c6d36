import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PONG_EVERY_MS = 5_000;
const EMPTY_PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const OPENED_AT_A_TIME = 50;
const QUIET_MS = 500;

/** A server's text frame of up to 64 KB, ready to be written. */
export function textFrame(text: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([headOf(body.length, 0), body]);
}

/** Bytes of the frame around a server's text. */
export const frameBytes = (text: string): number => textFrame(text).length;

/** A client's text frame; a mask of zeros leaves the bytes as they are. */
export function masked(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([headOf(body.length, 0x80), Buffer.alloc(4), body]);
}

const headOf = (length: number, maskBit: number): Buffer =>
  length < 126
    ? Buffer.from([0x81, maskBit | length])
    : Buffer.from([0x81, maskBit | 126, length >> 8, length & 0xff]);

/** An open WebSocket as the bytes that come out of it. */
export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  );
  await once(socket, 'data');
  return socket;
}

/** What a client asks for with `subscribe`. */
export interface Payload {
  query: string;
  variables?: object;
}

/** Subscribes under an id as long as those of browsers. */
export function subscribe(socket: Socket, payload: Payload): void {
  socket.write(masked({ type: 'connection_init' }));
  socket.write(masked({ id: randomUUID(), type: 'subscribe', payload }));
}

/** Clients of one server; they count bytes only. */
export class Crowd {
  readonly sockets: Socket[] = [];
  private readonly pongs: NodeJS.Timeout;
  private readonly port: number;
  private bytes = 0;
  /** Called with the bytes that all of them have received. */
  onBytes: (bytes: number) => void = () => undefined;

  constructor(port: number) {
    this.port = port;
    this.pongs = setInterval(() => this.showLife(), PONG_EVERY_MS).unref();
  }

  get received(): number {
    return this.bytes;
  }

  /** Lets clients come until there are so many; each asks for what is its own. */
  async growTo(clients: number, payloadOf: (index: number) => Payload): Promise<void> {
    while (this.sockets.length < clients) {
      const first = this.sockets.length;
      const count = Math.min(OPENED_AT_A_TIME, clients - first);
      const opened = await Promise.all(Array.from({ length: count }, () => openSocket(this.port)));
      for (const [n, socket] of opened.entries()) this.add(socket, payloadOf(first + n));
    }
    await this.settled();
  }

  private add(socket: Socket, payload: Payload): void {
    socket.on('data', (chunk) => {
      this.bytes += chunk.length;
      this.onBytes(this.bytes);
    });
    subscribe(socket, payload);
    this.sockets.push(socket);
  }

  forgetBytes(): void {
    this.bytes = 0;
  }

  /** Waits until nothing comes any more. */
  async settled(): Promise<void> {
    for (let before = -1; before !== this.bytes;) {
      before = this.bytes;
      await sleep(QUIET_MS);
    }
  }

  /** All go; others may come. */
  leave(): void {
    for (const socket of this.sockets.splice(0)) socket.destroy();
  }

  close(): void {
    clearInterval(this.pongs);
    this.leave();
  }

  /** Pings are not looked for in the bytes: unasked pongs answer them. */
  private showLife(): void {
    for (const socket of this.sockets) socket.write(EMPTY_PONG);
  }
}
