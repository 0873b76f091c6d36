import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { answerCalls } from './calls.ts';

export type Handle = (body: string) => Buffer | string | Promise<Buffer | string>;

/** Serves JSON on a port of its own choice, with nothing between Node and the answer. */
export async function serveJson(handle: Handle): Promise<void> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => send(response, await handle(String(Buffer.concat(chunks)))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  answerCalls({ port: () => (server.address() as AddressInfo).port });
}

function send(response: ServerResponse<IncomingMessage>, json: Buffer | string): void {
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}
