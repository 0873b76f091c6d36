import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { atEndOfTurn } from '../end-of-turn';
import { JSON_TYPE } from './accepted';
import { requestIdOf } from './request-id';
import type { SecurityHeaders } from './security-headers';

/** Larger bodies cost more to copy than one write costs less than two, bytes. */
const SMALL_BYTES = 16_384;

/**
 * Node joins headers with a body that is text and hands both to the system as one; a buffer stands beside them. Latin-1
 * has a character for each byte.
 */
const inOneWrite = (body: string | Buffer): [string | Buffer, BufferEncoding] =>
  typeof body === 'string' || body.length > SMALL_BYTES
    ? [body, 'utf8']
    : [body.toString('latin1'), 'latin1'];

/** A request over HTTP and the headers of its response in the making, beside those that the response has already. */
export class HttpExchange {
  readonly startedAt = performance.now();
  readonly requestId: string;
  readonly headers: OutgoingHttpHeaders;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    baseHeaders: SecurityHeaders,
    private readonly isStopping: () => boolean,
  ) {
    this.requestId = requestIdOf(request.headers['x-request-id']);
    this.headers = { ...baseHeaders, 'x-request-id': this.requestId };
  }

  /** For caches between us and the client. */
  varyBy(names: readonly string[]): void {
    const known = this.response.getHeader('vary');
    this.headers['vary'] = [...(known === undefined ? [] : [String(known)]), ...names].join(', ');
  }

  /** Sends the whole response, together with the others of this turn. */
  send(status: number, contentType: string, body: string | Buffer): void {
    const { headers, response } = this;
    headers['content-type'] = contentType;
    headers['content-length'] = Buffer.byteLength(body);
    if (this.isStopping()) headers['connection'] = 'close';
    response.writeHead(status, headers);
    atEndOfTurn(() => response.end(...inOneWrite(body)));
  }

  sendJson(status: number, body: object): void {
    this.send(status, `${JSON_TYPE}; charset=utf-8`, JSON.stringify(body));
  }
}
