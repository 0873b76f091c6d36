import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Timers, systemTimers } from '../feeds/timers';
import { BinanceMarket, INTERVALS } from './binance-market';

/** The limits of the real exchange, which tests may tighten. */
export interface ExchangeLimits {
  pingEveryMs: number;
  pongWithinMs: number;
  /** Age at which a connection is closed. */
  lifetimeMs: number;
  /** Messages of any kind from the client, pongs included. */
  messagesPerSecond: number;
  streamsPerConnection: number;
  /** Handshakes in five minutes. */
  connectionAttempts: number;
  weightPerMinute: number;
}

const REAL_LIMITS: ExchangeLimits = {
  pingEveryMs: 20_000,
  pongWithinMs: 60_000,
  lifetimeMs: 86_400_000,
  messagesPerSecond: 5,
  streamsPerConnection: 1_024,
  connectionAttempts: 300,
  weightPerMinute: 6_000,
};

/** An HTTP answer to be given instead of the right one. */
export interface CannedAnswer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** A client's connection, as the exchange sees it. */
export interface Connection {
  readonly id: number;
  readonly streams: Set<string>;
  /** Payloads of the pings it was sent and of the pongs it answered. */
  readonly pings: string[];
  readonly pongs: string[];
  /** Times of its messages, epoch ms. */
  readonly messageTimes: number[];
  socket: WebSocket;
  isOpen: boolean;
}

/** What may be said of a trade beside its price. */
export interface TradeOrder {
  quantity?: string;
  buyerIsMaker?: boolean;
  /** The only connection that hears of it, as when another one lags behind. */
  only?: Connection;
}

interface RestRequest {
  /** Epoch ms. */
  at: number;
  path: string;
  query: URLSearchParams;
  weight: number;
}

/**
 * A spot exchange on a local port that speaks Binance's protocol: combined streams, control
 * messages and their errors, pings, limits that end the connection of a client which breaks them, the 24 h close,
 * `serverShutdown`, and the public REST endpoints with their weights and error bodies.
 * Nothing trades by itself: call `trade`, `sendMinute` and `sendTickers`.
 */
export class BinanceExchange {
  /** Connections in the order they were made, closed ones included. */
  readonly connections: Connection[] = [];
  /** Why connections were ended for breaking a rule. */
  readonly kicks: string[] = [];
  readonly requests: RestRequest[] = [];
  readonly markets = new Map<string, BinanceMarket>();
  /** When set, handshakes are refused with this status. */
  refuseHandshakesWith: number | null = null;
  /** When true, connections stay open and pinged, but no frame is sent. */
  isSilent = false;
  /** When false, subscriptions are taken but not acknowledged. */
  acknowledges = true;

  private readonly server: Server;
  private readonly sockets = new WebSocketServer({ noServer: true, autoPong: true });
  private readonly canned = new Map<string, CannedAnswer[]>();
  private readonly attempts: number[] = [];
  private readonly cancels = new Set<() => void>();
  private usedWeight = { minute: 0, weight: 0 };

  private constructor(
    private readonly timers: Timers,
    private readonly limits: ExchangeLimits,
  ) {
    this.server = createServer((request, response) => this.onRequest(request, response));
    this.server.on('upgrade', (request, socket, head) => this.onUpgrade(request, socket, head));
  }

  static async open(
    options: { timers?: Timers; limits?: Partial<ExchangeLimits>; port?: number } = {},
  ): Promise<BinanceExchange> {
    const limits = { ...REAL_LIMITS, ...options.limits };
    const exchange = new BinanceExchange(options.timers ?? systemTimers, limits);
    exchange.server.listen(options.port ?? 0, '127.0.0.1');
    await once(exchange.server, 'listening');
    return exchange;
  }

  get streamHost(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get restHost(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get openConnections(): Connection[] {
    return this.connections.filter((connection) => connection.isOpen);
  }

  async close(): Promise<void> {
    this.cancels.forEach((cancel) => cancel());
    this.sockets.clients.forEach((socket) => socket.terminate());
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Lists a pair; its candles before the first trade are flat at `price`. */
  list(pair: string, price: string, listedAt = 0): BinanceMarket {
    const market = new BinanceMarket(pair, price, listedAt);
    this.markets.set(pair, market);
    return market;
  }

  /** A trade happens now: booked, and sent to whoever is subscribed, or to one of them. Returns its aggregate id. */
  trade(pair: string, price: string, order: TradeOrder = {}): number {
    const { quantity = '1', buyerIsMaker = false, only } = order;
    const now = this.timers.now();
    const row = this.market(pair).trade(price, quantity, now, buyerIsMaker);
    const frame = { e: 'aggTrade', E: now, s: pair, ...row };
    this.send(`${pair.toLowerCase()}@aggTrade`, frame, only);
    return row.a;
  }

  /** Sends the 1m candle at `time`, epoch ms. */
  sendMinute(pair: string, isClosed = false, time = this.timers.now()): void {
    const k = this.market(pair).minute(time, isClosed);
    const frame = { e: 'kline', E: this.timers.now(), s: pair, k };
    this.send(`${pair.toLowerCase()}@kline_1m`, frame);
  }

  /** Sends the 24 h figures of all pairs. */
  sendTickers(): void {
    const now = this.timers.now();
    const tickers = [...this.markets.values()].map((market) => ({
      e: '24hrMiniTicker',
      E: now,
      s: market.pair,
      ...market.day(now),
    }));
    this.send('!miniTicker@arr', tickers);
  }

  /** Sends a payload to the subscribers of a stream, or to one connection of them. */
  send(stream: string, payload: unknown, only?: Connection): void {
    const text = JSON.stringify({ stream, data: payload });
    for (const connection of this.openConnections) {
      if (only !== undefined && connection !== only) continue;
      if (connection.streams.has(stream)) this.sendText(connection, text);
    }
  }

  /** Sends a text as it is. */
  sendText(connection: Connection, text: string): void {
    if (!this.isSilent) connection.socket.send(text);
  }

  announceShutdown(connection: Connection): void {
    const data = { e: 'serverShutdown', E: this.timers.now() };
    this.sendText(connection, JSON.stringify({ stream: '!serverShutdown', data }));
  }

  /** Cuts connections without a closing handshake, as a failing network does. */
  drop(connections = this.openConnections): void {
    connections.forEach(({ socket }) => socket.terminate());
  }

  /** The next requests for a REST path (e.g. `klines`) get these answers, one each, instead of the right ones. */
  answerWith(path: string, ...answers: CannedAnswer[]): void {
    this.canned.set(path, [...(this.canned.get(path) ?? []), ...answers]);
  }

  requestsFor(path: string): RestRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  private market(pair: string): BinanceMarket {
    const market = this.markets.get(pair);
    if (market === undefined) throw new Error(`${pair} is not listed`);
    return market;
  }

  private onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const status = this.refuseHandshakesWith ?? this.statusOfAttempt();
    if (status !== null) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (client) =>
      this.onConnected(client, request),
    );
  }

  private statusOfAttempt(): number | null {
    const now = this.timers.now();
    this.attempts.push(now);
    const recent = this.attempts.filter((at) => now - at < 300_000);
    return recent.length > this.limits.connectionAttempts ? 429 : null;
  }

  private onConnected(socket: WebSocket, request: IncomingMessage): void {
    const url = new URL(request.url ?? '/', 'http://exchange');
    const named = url.searchParams.get('streams')?.split('/') ?? [];
    const connection: Connection = {
      id: this.connections.length + 1,
      streams: new Set(named),
      pings: [],
      pongs: [],
      messageTimes: [],
      socket,
      isOpen: true,
    };
    this.connections.push(connection);
    const cancels = [this.pingRegularly(connection), this.closeAtEndOfLife(connection)];
    socket.on('close', () => {
      connection.isOpen = false;
      cancels.forEach((cancel) => cancel());
    });
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.onMessage(connection, (data as Buffer).toString()));
    socket.on('pong', (data) => {
      connection.pongs.push(data.toString());
      this.countMessage(connection);
    });
    this.kickIfTooManyStreams(connection);
  }

  private pingRegularly(connection: Connection): () => void {
    const { pingEveryMs, pongWithinMs } = this.limits;
    let cancel: () => void = () => undefined;
    let oldestUnanswered: string | null = null;
    const beat = (): void => {
      const now = this.timers.now();
      if (oldestUnanswered !== null && connection.pongs.includes(oldestUnanswered))
        oldestUnanswered = null;
      if (oldestUnanswered !== null && now - Number(oldestUnanswered) >= pongWithinMs)
        return this.kick(connection, 'no pong');
      oldestUnanswered ??= String(now);
      connection.pings.push(String(now));
      connection.socket.ping(String(now));
      cancel = this.after(pingEveryMs, beat);
    };
    cancel = this.after(pingEveryMs, beat);
    return () => cancel();
  }

  private closeAtEndOfLife(connection: Connection): () => void {
    return this.after(this.limits.lifetimeMs, () => connection.socket.close(1001, 'end of life'));
  }

  private after(ms: number, run: () => void): () => void {
    const cancelTimer = this.timers.after(ms, () => {
      this.cancels.delete(cancel);
      run();
    });
    const cancel = (): void => {
      this.cancels.delete(cancel);
      cancelTimer();
    };
    this.cancels.add(cancel);
    return cancel;
  }

  private kick(connection: Connection, reason: string): void {
    this.kicks.push(reason);
    connection.socket.close(1008, reason);
  }

  private countMessage(connection: Connection): void {
    const now = this.timers.now();
    connection.messageTimes.push(now);
    const recent = connection.messageTimes.filter((at) => now - at < 1_000);
    if (recent.length > this.limits.messagesPerSecond) this.kick(connection, 'too many messages');
  }

  private kickIfTooManyStreams(connection: Connection): void {
    if (connection.streams.size > this.limits.streamsPerConnection)
      this.kick(connection, 'too many streams');
  }

  private onMessage(connection: Connection, text: string): void {
    this.countMessage(connection);
    const answer = (body: unknown): void => connection.socket.send(JSON.stringify(body));
    let message: { method?: unknown; params?: unknown; id?: unknown };
    try {
      message = JSON.parse(text) as typeof message;
    } catch {
      return answer({ code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' });
    }
    const params = Array.isArray(message.params) ? message.params.map(String) : [];
    switch (message.method) {
      case 'SUBSCRIBE':
        params.forEach((stream) => connection.streams.add(stream));
        this.kickIfTooManyStreams(connection);
        if (this.acknowledges) answer({ result: null, id: message.id });
        return;
      case 'UNSUBSCRIBE':
        params.forEach((stream) => connection.streams.delete(stream));
        return answer({ result: null, id: message.id });
      case 'LIST_SUBSCRIPTIONS':
        return answer({ result: [...connection.streams], id: message.id });
      default:
        return answer({
          code: 2,
          msg: `Invalid request: unknown variant ${String(message.method)}, expected one of \`SUBSCRIBE\`, \`UNSUBSCRIBE\`, \`LIST_SUBSCRIPTIONS\`, \`SET_PROPERTY\`, \`GET_PROPERTY\` at line 1 column 28`,
        });
    }
  }

  private onRequest(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://exchange');
    const path = url.pathname.replace('/api/v3/', '');
    const query = url.searchParams;
    const weight = weightOf(path, query);
    this.requests.push({ at: this.timers.now(), path, query, weight });
    const used = this.useWeight(weight);
    const answer = this.canned.get(path)?.shift() ?? this.answerTo(path, query, used);
    response.writeHead(answer.status, {
      'content-type': 'application/json;charset=UTF-8',
      'x-mbx-used-weight': String(used),
      'x-mbx-used-weight-1m': String(used),
      ...answer.headers,
    });
    response.end(answer.body);
  }

  private useWeight(weight: number): number {
    const minute = Math.floor(this.timers.now() / 60_000);
    if (minute !== this.usedWeight.minute) this.usedWeight = { minute, weight: 0 };
    this.usedWeight.weight += weight;
    return this.usedWeight.weight;
  }

  private answerTo(path: string, query: URLSearchParams, used: number): CannedAnswer {
    if (used > this.limits.weightPerMinute) return this.tooMuchWeight();
    try {
      return { status: 200, body: JSON.stringify(this.bodyOf(path, query)) };
    } catch (error) {
      if (error instanceof RequestError) return error.answer;
      throw error;
    }
  }

  private tooMuchWeight(): CannedAnswer {
    const body = { code: -1003, msg: 'Too much request weight used; current limit is exceeded.' };
    const seconds = 60 - (Math.floor(this.timers.now() / 1_000) % 60);
    return {
      status: 429,
      body: JSON.stringify(body),
      headers: { 'retry-after': String(seconds) },
    };
  }

  private bodyOf(path: string, query: URLSearchParams): unknown {
    switch (path) {
      case 'ping':
        return {};
      case 'time':
        return { serverTime: this.timers.now() };
      case 'exchangeInfo':
        return this.exchangeInfo(query);
      case 'klines':
        return this.klines(query);
      case 'aggTrades':
        return this.asked(query).tradesFrom(
          numberIn(query, 'fromId'),
          numberIn(query, 'limit') ?? 500,
        );
      case 'ticker/24hr':
        return this.askedMany(query).map((market) => this.dayTicker(market));
      default:
        throw new RequestError(
          404,
          -1000,
          'An unknown error occurred while processing the request.',
        );
    }
  }

  private exchangeInfo(query: URLSearchParams): unknown {
    return {
      timezone: 'UTC',
      serverTime: this.timers.now(),
      rateLimits: [
        {
          rateLimitType: 'REQUEST_WEIGHT',
          interval: 'MINUTE',
          intervalNum: 1,
          limit: this.limits.weightPerMinute,
        },
        { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61_000 },
      ],
      exchangeFilters: [],
      symbols: this.askedMany(query).map(({ pair, status, tickSize }) => ({
        symbol: pair,
        status,
        baseAsset: pair.replace(/USDT$/, ''),
        quoteAsset: 'USDT',
        filters: [
          {
            filterType: 'PRICE_FILTER',
            minPrice: tickSize,
            maxPrice: '1000000.00000000',
            tickSize,
          },
          {
            filterType: 'LOT_SIZE',
            minQty: '0.00001000',
            maxQty: '9000.00000000',
            stepSize: '0.00001000',
          },
        ],
      })),
    };
  }

  private klines(query: URLSearchParams): unknown {
    const market = this.asked(query);
    const interval = query.get('interval') ?? '';
    if (!(interval in INTERVALS)) throw new RequestError(400, -1120, 'Invalid interval.');
    const now = this.timers.now();
    const limit = Math.min(numberIn(query, 'limit') ?? 500, 1_000);
    const to = numberIn(query, 'endTime') ?? now;
    const from = numberIn(query, 'startTime') ?? to - (limit - 1) * INTERVALS[interval];
    return market.rows(interval, from, to, limit, now);
  }

  private dayTicker(market: BinanceMarket): unknown {
    const now = this.timers.now();
    const { o, h, l, c, v, q } = market.day(now);
    return {
      symbol: market.pair,
      openPrice: o,
      highPrice: h,
      lowPrice: l,
      lastPrice: c,
      volume: v,
      quoteVolume: q,
      openTime: now - 86_400_000,
      closeTime: now,
      firstId: 1,
      lastId: 2,
      count: 2,
    };
  }

  private asked(query: URLSearchParams): BinanceMarket {
    const pair = query.get('symbol');
    if (pair === null)
      throw new RequestError(400, -1102, "Mandatory parameter 'symbol' was not sent.");
    return this.known(pair);
  }

  private askedMany(query: URLSearchParams): BinanceMarket[] {
    const pairs = JSON.parse(query.get('symbols') ?? '[]') as string[];
    return pairs.map((pair) => this.known(pair));
  }

  private known(pair: string): BinanceMarket {
    const market = this.markets.get(pair);
    if (market === undefined) throw new RequestError(400, -1121, 'Invalid symbol.');
    return market;
  }
}

class RequestError extends Error {
  readonly answer: CannedAnswer;

  constructor(status: number, code: number, msg: string) {
    super(msg);
    this.answer = { status, body: JSON.stringify({ code, msg }) };
  }
}

function numberIn(query: URLSearchParams, name: string): number | null {
  const value = query.get(name);
  return value === null ? null : Number(value);
}

function weightOf(path: string, query: URLSearchParams): number {
  const pairs = (JSON.parse(query.get('symbols') ?? '[]') as string[]).length;
  const weights: Record<string, number> = {
    exchangeInfo: 20,
    klines: 2,
    aggTrades: 4,
    'ticker/24hr': pairs <= 20 ? 2 : pairs <= 100 ? 40 : 80,
  };
  return weights[path] ?? 1;
}
