import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';

const REFUSALS: Readonly<Record<string, readonly [status: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request came too slowly.'],
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'The head of the request is too large.',
  ],
};
const NO_REQUEST = ['400 Bad Request', 'This is no HTTP request.'] as const;

/** Says in GraphQL's form what is wrong with bytes that are no whole HTTP request, and hangs up. */
export function refuseConnection(err: ConnectionError, socket: Socket): void {
  if (err.code !== 'ECONNRESET' && socket.writable) {
    const [status, message] = REFUSALS[err.code] ?? NO_REQUEST;
    const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
    const length = `content-length: ${Buffer.byteLength(body)}`;
    const head = [`HTTP/1.1 ${status}`, 'content-type: application/json', length];
    socket.write([...head, 'connection: close', '', body].join('\r\n'));
  }
  socket.destroy();
}
