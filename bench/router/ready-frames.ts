/*
 * A frame of its own for every client, made when it comes: all that is left to do for an event is one write
 * to each.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { answerCalls } from './calls.ts';
import { SYMBOLS, SYMBOLS_PER_CLIENT, pricesMessage, tickOf } from './market.ts';
import { textFrame } from './sockets.ts';

const ready = new Map<Duplex, Buffer>();
const sockets = new WebSocketServer({ noServer: true });
const server = createServer();
server.on('upgrade', (request, wire, head) =>
  sockets.handleUpgrade(request, wire, head, (socket) => {
    socket.on('message', () => undefined);
    socket.on('close', () => ready.delete(wire));
    const symbols = SYMBOLS.slice(0, SYMBOLS_PER_CLIENT);
    const ticks = symbols.map((symbol, n) => tickOf(n, symbol));
    ready.set(wire, textFrame(pricesMessage(randomUUID(), ticks)));
  }),
);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const feed = new WebSocket(`ws://127.0.0.1:${process.argv[2]}/feed`);
feed.on('message', () => {
  for (const [wire, frame] of ready) wire.write(frame);
});
await once(feed, 'open');
answerCalls({ port: () => (server.address() as AddressInfo).port });
