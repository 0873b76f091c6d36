import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

const SATOSHI = 100_000_000;

// Addresses of examples in BIP 173.
const FROM = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';
const TO = 'bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3';

interface Known {
  btc: number;
  from: string;
  to: string;
  /** What made the coin that it spends; not told where left out. */
  coin?: string;
  /** Null while no block holds it. */
  height: number | null;
}

/** When the blocks of a local mempool.space are made, in seconds. */
export const BLOCK_TIME = 1_734_720_142;

/** A local mempool.space, whose mempool and blocks are what a test makes them. */
export class LocalMempool {
  private readonly known = new Map<string, Known>();
  private readonly sockets = new Set<WebSocket>();
  private sequence = 1;
  private height = 900_000;
  /** It takes no connections. */
  isAway = false;
  /** Hashes of transactions that it was asked for. */
  asked: string[] = [];
  connections = 0;

  private constructor(
    private readonly http: ReturnType<typeof createServer>,
    private readonly live: WebSocketServer,
  ) {}

  static async open(): Promise<LocalMempool> {
    const http = createServer((request, response) => mempool.answer(request.url ?? '', response));
    const live = new WebSocketServer({ noServer: true });
    const mempool = new LocalMempool(http, live);
    http.on('upgrade', (request, socket, head) => {
      if (mempool.isAway) return socket.destroy();
      live.handleUpgrade(request, socket, head, (client) => mempool.greet(client));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return mempool;
  }

  get host(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** A transaction comes into the mempool, and into what the next block is to hold. */
  add(txid: string, btc: number, changes: Partial<Known> = {}): void {
    this.known.set(txid, { ...{ btc, from: FROM, to: TO, height: null }, ...changes });
    this.tell({ 'projected-block-transactions': this.delta([txid]) });
  }

  /** A block takes transactions. */
  mine(...txids: string[]): void {
    this.height += 1;
    for (const txid of txids) {
      const known = this.known.get(txid);
      if (known) known.height = this.height;
    }
    this.tell({
      block: { height: this.height, id: 'b' },
      'mempool-txids': this.left({ mined: txids }),
    });
  }

  /** The newest block is left behind; what it held is in the mempool again. */
  undo(): void {
    for (const known of this.known.values()) if (known.height === this.height) known.height = null;
    this.height -= 1;
    this.tell({ blocks: [{ height: this.height, id: 'a' }] });
  }

  replace(replaced: string, by: string): void {
    this.known.delete(replaced);
    this.tell({
      'mempool-txids': this.left({ removed: [replaced], replaced: [{ replaced, by }] }),
    });
  }

  /** It lets go of a transaction; nobody is told where it `isUnsaid`. */
  evict(txid: string, isUnsaid = false): void {
    this.known.delete(txid);
    if (!isUnsaid) this.tell({ 'mempool-txids': this.left({ removed: [txid] }) });
  }

  /** As each second or so, although nothing has left. */
  beat(): void {
    this.tell({ 'mempool-txids': this.left({}) });
  }

  drop(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  async close(): Promise<void> {
    this.drop();
    this.live.close();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private greet(socket: WebSocket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as Record<string, unknown>;
      if ('track-mempool-block' in message) {
        const waiting = [...this.known].filter(([, { height }]) => height === null);
        const blockTransactions = waiting.map(([txid]) => this.tupleOf(txid));
        const index = 0;
        const { sequence } = this;
        const block = { index, sequence, blockTransactions };
        socket.send(JSON.stringify({ 'projected-block-transactions': block }));
      }
      if (message['action'] === 'want') {
        socket.send(JSON.stringify({ blocks: [{ height: this.height, id: 'a' }] }));
      }
    });
  }

  private tell(message: object): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(message));
  }

  private delta(txids: string[]): object {
    const added = txids.map((txid) => this.tupleOf(txid));
    return { index: 0, sequence: (this.sequence += 1), delta: { added, removed: [], changed: [] } };
  }

  private left(changes: object): object {
    const nothing = { added: [], removed: [], mined: [], replaced: [] };
    return { sequence: (this.sequence += 1), ...nothing, ...changes };
  }

  private tupleOf(txid: string): unknown[] {
    return [txid, 2_000, 171.25, (this.known.get(txid)?.btc ?? 0) * SATOSHI, 11.68, 1, 1];
  }

  private answer(url: string, response: ServerResponse): void {
    const txid = url.split('/').at(-1) ?? '';
    this.asked.push(txid);
    const known = this.known.get(txid);
    if (known === undefined) return void response.writeHead(404).end('Transaction not found');
    const { btc, from, to, height, coin } = known;
    const value = btc * SATOSHI;
    const status =
      height === null
        ? { confirmed: false }
        : { confirmed: true, block_height: height, block_hash: 'c', block_time: BLOCK_TIME };
    const vin = [{ txid: coin, prevout: { scriptpubkey_address: from, value } }];
    const vout = [{ scriptpubkey_address: to, value }];
    response.writeHead(200).end(JSON.stringify({ txid, vin, vout, status }));
  }
}

/** A local blockchain.info, as far as new transactions go. */
export class LocalBlockchainInfo {
  private readonly sockets = new Set<WebSocket>();
  connections = 0;

  private constructor(private readonly live: WebSocketServer) {
    live.on('connection', (socket) => {
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('message', (data) => {
        if ((data as Buffer).toString() !== '{"op":"unconfirmed_sub"}') return;
        this.connections += 1;
        this.sockets.add(socket);
      });
    });
  }

  static async open(): Promise<LocalBlockchainInfo> {
    const live = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => live.once('listening', resolve));
    return new LocalBlockchainInfo(live);
  }

  get host(): string {
    return `ws://127.0.0.1:${(this.live.address() as AddressInfo).port}`;
  }

  get viewers(): number {
    return this.sockets.size;
  }

  /** With an input whose rest goes back to whom it came from, and an output that has no address. */
  tellOf(hash: string, btc: number, seconds: number): void {
    const value = btc * SATOSHI;
    const x = {
      ...{ hash, time: seconds, ver: 1, vin_sz: 1, vout_sz: 3, relayed_by: '127.0.0.1' },
      inputs: [{ sequence: 1, prev_out: { addr: FROM, value: value + 1_000, n: 0 } }],
      out: [
        { addr: TO, value: value - 500, n: 0 },
        { value: 500, n: 1 },
        { addr: FROM, value: 900, n: 2 },
      ],
    };
    this.tell(JSON.stringify({ op: 'utx', x }));
  }

  tell(text: string): void {
    for (const socket of this.sockets) socket.send(text);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await new Promise((resolve) => this.live.close(resolve));
  }
}
