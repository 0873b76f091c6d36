/*
 * Both subgraphs of the market, whose answers are prepared, and the feed of the bare servers: publishes what
 * the bench orders.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerCalls } from './calls.ts';
import { INDICATORS, SYMBOLS, type Tick, tickOf } from './market.ts';
import { keyOf } from './shop.ts';

/** What clients of the bare servers and of the router get is ordered alike. */
export type Order =
  | { to: 'bare'; text: string }
  /** Ticks `from` to `until`, one event each, with their prices unless given. */
  | { to: 'router'; from: number; until: number; price?: string }
  /** One event of all these symbols for who follows lists. */
  | { to: 'lists'; symbols: readonly string[]; turn: number };

interface Subscription {
  id: string;
  /** What it calls the field that it asks for. */
  key: string;
  /** Null: all of them. */
  symbols: ReadonlySet<string> | null;
  /** Other names under which the router asks for the symbol. */
  aliases: readonly string[];
}

const subscriptions = new Map<WebSocket, Map<string, Subscription>>();
let requests = 0;

const answerOf = (body: string): string => {
  const { variables } = JSON.parse(body) as { variables: { representations?: object[] } };
  if (!variables.representations) return JSON.stringify({ data: { symbols: SYMBOLS } });
  requests += 1;
  return JSON.stringify({ data: { _entities: variables.representations.map(() => INDICATORS) } });
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(answerOf(String(Buffer.concat(chunks))));
  });
});

/** The server's side of graphql-transport-ws, as far as a well-behaved client sees it. */
function serveTicks(socket: WebSocket): void {
  const own = new Map<string, Subscription>();
  subscriptions.set(socket, own);
  socket.on('close', () => subscriptions.delete(socket));
  socket.on('message', (data) => {
    const { id, type, payload } = JSON.parse(String(data)) as {
      id: string;
      type: string;
      payload: Payload;
    };
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    else if (type === 'ping') socket.send('{"type":"pong"}');
    else if (type === 'subscribe') own.set(id, subscriptionOf(id, payload));
    else if (type === 'complete') own.delete(id);
  });
}

interface Payload {
  query: string;
  variables?: object;
}

const subscriptionOf = (id: string, { query, variables }: Payload): Subscription => ({
  id,
  key: keyOf(query.includes('pricesTicked') ? 'pricesTicked' : 'priceTicked', query),
  symbols: listIn(variables),
  aliases: [...query.matchAll(/(\w+):\s*symbol\b/g)].map(([, alias = '']) => alias),
});

/** Whatever the router calls the variable: there is one list. */
function listIn(variables: object = {}): Subscription['symbols'] {
  const list = Object.values(variables).find((value) => Array.isArray(value)) as
    string[] | undefined;
  return list ? new Set(list) : null;
}

/** The events of one publication, serialised once for all that ask alike. */
class Texts {
  private readonly known = new Map<string, string>();
  private readonly ticks: ReadonlyMap<string, Tick>;

  constructor(ticks: readonly Tick[]) {
    this.ticks = new Map(ticks.map((tick) => [tick.symbol, tick]));
  }

  /** Of one symbol; undefined where it has no event. */
  of(symbol: string, aliases: readonly string[]): string | undefined {
    const key = [symbol, ...aliases].join(' ');
    const known = this.known.get(key);
    const tick = this.ticks.get(symbol);
    if (known !== undefined || tick === undefined) return known;
    const aliased = Object.fromEntries(aliases.map((alias) => [alias, symbol]));
    const text = JSON.stringify({ __typename: 'Asset', ...aliased, ...tick });
    this.known.set(key, text);
    return text;
  }
}

function publishTick(tick: Tick): void {
  const texts = new Texts([tick]);
  toEach(({ key, symbols, aliases }) =>
    symbols === null ? `{"${key}":${texts.of(tick.symbol, aliases)}}` : null,
  );
}

function publishLists(symbols: readonly string[], turn: number): void {
  const texts = new Texts(symbols.map((symbol) => tickOf(turn, symbol)));
  toEach(({ key, symbols: wanted, aliases }) => {
    if (wanted === null) return null;
    const items = [...wanted].flatMap((symbol) => texts.of(symbol, aliases) ?? []);
    return items.length === 0 ? null : `{"${key}":[${items.join(',')}]}`;
  });
}

function toEach(dataFor: (subscription: Subscription) => string | null): void {
  for (const [socket, own] of subscriptions) {
    for (const subscription of own.values()) {
      const data = dataFor(subscription);
      if (data === null) continue;
      socket.send(`{"id":"${subscription.id}","type":"next","payload":{"data":${data}}}`);
    }
  }
}

function publish(order: Order): void {
  if (order.to === 'bare') {
    for (const socket of feed.clients) socket.send(order.text);
  } else if (order.to === 'lists') {
    publishLists(order.symbols, order.turn);
  } else {
    for (let n = order.from; n < order.until; n += 1) {
      publishTick({ ...tickOf(n), ...(order.price === undefined ? {} : { price: order.price }) });
    }
  }
}

const ticks = new WebSocketServer({ noServer: true });
const feed = new WebSocketServer({ noServer: true });
ticks.on('connection', serveTicks);
server.on('upgrade', (request, socket, head) => {
  const room = request.url === '/feed' ? feed : ticks;
  room.handleUpgrade(request, socket, head, (opened) => room.emit('connection', opened, request));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
answerCalls({
  port: () => (server.address() as AddressInfo).port,
  publish,
  /** HTTP requests for entities so far. */
  requests: () => requests,
});
