import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

export interface NodeLog {
  address: string;
  topics: string[];
  data: string;
  transactionHash: string;
}

export interface NodeTransaction {
  hash: string;
  from: string;
  to: string | null;
  value: string;
  /** Its receipt says that it has failed. */
  hasFailed?: boolean;
  /** There is a receipt for who asks so many times; for who asks once unless said otherwise. */
  receiptAfter?: number;
}

export interface NodeBlock {
  number: number;
  hash: string;
  parentHash: string;
  /** Seconds. */
  timestamp: number;
  transactions: NodeTransaction[];
  logs: NodeLog[];
}

/** keccak256 of Issue(uint256) and Redeem(uint256), by which USDT tells what it has made or taken back. */
export const ISSUE = '0xcb8241adb0c3fdb35b70c24ce35c5eb0c17af7431c99f827d44a445ca624176a';
export const REDEEM = '0x702d5967f45f6513a38ffc42d6ba9bf230bd40e8f53b16363c7eb4fd2deb9a44';

/** keccak256 of DestroyedBlackFunds(address,uint256), by which it tells what it has taken from a frozen holder. */
export const DESTROYED = '0x61e6e66b0d6339b2980aecc6ccc0039736791f0ccde9ed512e789a7fbdd698c6';

export const hex = (number: number | bigint): string => `0x${number.toString(16)}`;
const padded = (text: string): string => `0x${text.replace(/^0x/, '').padStart(64, '0')}`;

let count = 0;
/** Of a transaction or a block, another one each time. */
export const newHash = (): string => padded((count += 1).toString(16));
/** An address by a number of its own. */
export const address = (index: number): string => `0x${index.toString(16).padStart(40, '0')}`;

/** A log as a token's contract writes it. */
export const transferLog = (
  token: string,
  [from, to]: [from: string, to: string],
  amount: bigint,
  transactionHash = newHash(),
): NodeLog => ({
  ...{ address: token, transactionHash, topics: [TRANSFER, padded(from), padded(to)] },
  data: padded(amount.toString(16)),
});

/** A log of a token that tells what it has made or taken back by an event that names nobody. */
export const supplyLog = (
  token: string,
  topic: string,
  amount: bigint,
  transactionHash = newHash(),
): NodeLog => ({
  ...{ address: token, transactionHash, topics: [topic], data: padded(amount.toString(16)) },
});

/** A log by which USDT tells that it has taken all from a frozen holder: both stand in the data. */
export const destroyedLog = (token: string, holder: string, amount: bigint): NodeLog => ({
  ...{ address: token, transactionHash: newHash(), topics: [DESTROYED] },
  data: `${padded(holder)}${padded(amount.toString(16)).slice(2)}`,
});

interface Request {
  id: number;
  method: string;
  params: unknown[];
}

/** A local node of a chain like Ethereum, as far as a test has it go. */
export class LocalNode {
  /** Oldest first; the last one is the newest. */
  chain: NodeBlock[] = [];
  /** What was asked, with its parameters, the newest last. */
  asked: Request[] = [];
  /** It refuses to answer with more logs than that. */
  mostLogs = Infinity;
  /** It says that this number of its blocks is not there yet. */
  behind = 0;
  hasSubscriptions = true;
  /** As EIP-155 numbers it. */
  chainId = 31_337;
  connections = 0;
  private readonly byHash = new Map<string, NodeBlock>();
  private readonly sockets = new Set<WebSocket>();

  private constructor(private readonly server: WebSocketServer) {
    server.on('connection', (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('message', (data) => {
        const request = JSON.parse((data as Buffer).toString()) as Request;
        this.asked.push(request);
        socket.send(JSON.stringify({ jsonrpc: '2.0', id: request.id, ...this.answer(request) }));
      });
    });
  }

  /** With so many empty blocks to begin with. */
  static async open(empty = 20): Promise<LocalNode> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    const node = new LocalNode(server);
    for (let index = 0; index < empty; index += 1) node.add({});
    return node;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get newest(): NodeBlock {
    const newest = this.chain.at(-1 - this.behind);
    if (newest === undefined) throw new Error('there is no block');
    return newest;
  }

  /** A block on top of the others, of now, without anything in it, unless it says otherwise. */
  add(changes: Partial<NodeBlock>): NodeBlock {
    const parent = this.chain.at(-1);
    const block = {
      ...{ number: (parent?.number ?? 999) + 1, hash: newHash(), parentHash: parent?.hash ?? '' },
      ...{ timestamp: Math.floor(Date.now() / 1_000), transactions: [], logs: [], ...changes },
    };
    if (block.parentHash === '') block.parentHash = padded('0');
    this.chain.push(block);
    this.byHash.set(block.hash, block);
    return block;
  }

  /** The same, and tells whoever has subscribed. */
  mine(changes: Partial<NodeBlock> = {}): NodeBlock {
    const block = this.add(changes);
    this.tellOf(block);
    return block;
  }

  /** Takes the newest blocks away, and tells of the logs that went with them. */
  undo(depth: number): NodeBlock[] {
    const gone = this.chain.splice(-depth);
    for (const block of [...gone].reverse()) {
      for (const log of this.logsOf(block)) this.tell({ ...log, removed: true });
    }
    return gone;
  }

  tellOf(block: NodeBlock): void {
    this.tell(headOf(block));
    for (const log of this.logsOf(block)) this.tell({ ...log, removed: false });
  }

  tell(result: object): void {
    if (!this.hasSubscriptions) return;
    const params = { subscription: '0x1', result };
    const text = JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params });
    for (const socket of this.sockets) socket.send(text);
  }

  /** Drops all connections without a word. */
  drop(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer({ method, params }: Request): { result: unknown } | { error: object } {
    const [first, second] = params;
    switch (method) {
      case 'eth_subscribe':
        return this.hasSubscriptions
          ? { result: '0x1' }
          : { error: { code: -32601, message: 'the method eth_subscribe does not exist' } };
      case 'eth_chainId':
        return { result: hex(this.chainId) };
      case 'eth_getBlockByNumber':
        return { result: shown(this.at(first as string), second as boolean) };
      case 'eth_getBlockByHash':
        return { result: shown(this.byHash.get(first as string), second as boolean) };
      case 'eth_getTransactionReceipt':
        return { result: this.receiptOf(first as string) };
      case 'eth_getLogs':
        return this.logsFor(first as Record<string, unknown>);
      default:
        return { error: { code: -32601, message: `the method ${method} does not exist` } };
    }
  }

  private at(number: string): NodeBlock | undefined {
    if (number === 'latest') return this.newest;
    const found = this.chain.find((block) => block.number === Number(number));
    return found && found.number <= this.newest.number ? found : undefined;
  }

  private receiptOf(wanted: string): object | null {
    const { hasFailed, receiptAfter = 1 } =
      this.chain.flatMap(({ transactions }) => transactions).find(({ hash }) => hash === wanted) ??
      {};
    const times = this.asked.filter(
      ({ method, params }) => method === 'eth_getTransactionReceipt' && params[0] === wanted,
    );
    return times.length < receiptAfter ? null : { status: hasFailed ? '0x0' : '0x1' };
  }

  private logsFor(filter: Record<string, unknown>): { result: unknown } | { error: object } {
    const [from, to] = [Number(filter['fromBlock']), Number(filter['toBlock'])];
    const blocks =
      typeof filter['blockHash'] === 'string'
        ? [this.byHash.get(filter['blockHash'])]
        : this.chain.filter(({ number }) => number >= from && number <= to);
    const wanted = new Set(filter['address'] as string[]);
    const topics = new Set([filter['topics']].flat(2));
    const logs = blocks
      .flatMap((block) => (block ? this.logsOf(block) : []))
      .filter((log) => wanted.has(log.address) && topics.has(log.topics[0]));
    return logs.length > this.mostLogs
      ? { error: { code: -32005, message: `query returned more than ${this.mostLogs} results` } }
      : { result: logs };
  }

  private logsOf({ logs, hash, number }: NodeBlock): (NodeLog & Record<string, unknown>)[] {
    return logs.map((log, index) => ({
      ...{ ...log, blockHash: hash, blockNumber: hex(number) },
      ...{ logIndex: hex(index), transactionIndex: '0x0' },
    }));
  }
}

const headOf = ({ number, hash, parentHash, timestamp }: NodeBlock): object => ({
  ...{ hash, parentHash, number: hex(number), timestamp: hex(timestamp) },
});

const shown = (block: NodeBlock | undefined, isWhole: boolean): object | null =>
  block === undefined
    ? null
    : {
        ...headOf(block),
        transactions: isWhole
          ? block.transactions.map(({ hash, from, to, value }) => ({ hash, from, to, value }))
          : block.transactions.map(({ hash }) => hash),
      };
