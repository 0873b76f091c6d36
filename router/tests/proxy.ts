import { type Server, type Socket, connect, createServer } from 'node:net';

/** A wire between router and subgraph that a test can cut. */
export class Proxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private isSilent = false;

  constructor(
    readonly port: number,
    private readonly target: number,
  ) {}

  /** Connections made so far. */
  connections = 0;

  async open(): Promise<void> {
    this.isSilent = false;
    const server = createServer((socket) => this.pass(socket));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.server = server;
  }

  /** Nothing is passed on any more, and nobody is told. */
  silence(): void {
    this.isSilent = true;
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  /** Every connection breaks at once, and new ones are refused. */
  async cut(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (this.server) this.server.close(() => resolve());
      else resolve();
    });
    for (const socket of this.sockets) socket.resetAndDestroy();
    await closed;
    this.server = undefined;
  }

  private pass(inbound: Socket): void {
    this.connections += 1;
    const outbound = connect(this.target, '127.0.0.1');
    for (const [from, to] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (!this.isSilent) from.pipe(to);
    }
  }
}
