/* What nobody can beat: the bytes as they came from the feed, to everyone, by `ws`. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { answerCalls } from './calls.ts';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/graphql' });
// What clients say is read and forgotten.
server.on('connection', (socket) => socket.on('message', () => undefined));
const feed = new WebSocket(`ws://127.0.0.1:${process.argv[2]}/feed`);
feed.on('message', (data: Buffer) => {
  for (const client of server.clients) client.send(data, { binary: false });
});
await once(feed, 'open');
answerCalls({ port: () => (server.address() as AddressInfo).port });
