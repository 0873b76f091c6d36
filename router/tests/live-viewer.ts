import { once } from 'node:events';
import { until } from '@spyhop/platform/testkit/until';
import WebSocket from 'ws';
import { stopReading } from './stop-reading';

type Message = Record<string, unknown> & { type: string };

/** A client with one subscription on a socket of its own, which may stop reading for a while. */
export class Viewer {
  readonly results: Record<string, unknown>[] = [];
  /** What an `error` message said. */
  error: { extensions: Record<string, unknown> } | undefined;
  /** What came although the subscription was over. */
  readonly late: Message[] = [];
  private pongs = 0;
  private isOver = false;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.take(JSON.parse(data.toString()) as Message));
    socket.on('error', () => undefined);
  }

  static async join(url: string, query: string, variables: object): Promise<Viewer> {
    const socket = new WebSocket(url, 'graphql-transport-ws');
    await once(socket, 'open');
    const viewer = new Viewer(socket);
    viewer.say({ type: 'connection_init' });
    viewer.say({ id: '1', type: 'subscribe', payload: { query, variables } });
    return viewer;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  pause(): void {
    stopReading(this.socket);
  }

  resume(): void {
    this.socket.resume();
  }

  /** Completes; what is on its way until the router has read that still counts. */
  async leave(): Promise<void> {
    this.resume();
    this.say({ id: '1', type: 'complete' });
    this.say({ type: 'ping' });
    await until(() => this.pongs > 0);
    this.isOver = true;
  }

  hangUp(): void {
    this.socket.terminate();
  }

  private say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  private take(message: Message): void {
    if (message.type === 'pong') this.pongs += 1;
    else if (this.isOver) this.late.push(message);
    else if (message.type === 'next') {
      this.results.push((message['payload'] as { data: Record<string, unknown> }).data);
    } else if (message.type === 'error' || message.type === 'complete') {
      [this.error] = (message['payload'] ?? []) as [Viewer['error']];
      this.isOver = true;
    }
  }
}
