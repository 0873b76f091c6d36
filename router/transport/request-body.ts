import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { parse } from 'secure-json-parse';
import { RequestFault } from './request-fault';

const TYPE = 'application/json';
/** What a page may send anywhere without asking; who sends it so gets to know why that is refused. */
const TEXT = 'text/plain';

/** Throws RequestFault (415) for a body of a type that cannot be read. */
export function requireJson(type: string | undefined): void {
  if (type === undefined || type === TYPE || type === TEXT) return;
  throw new RequestFault(415, `Send content-type: ${TYPE}, not ${type.slice(0, 100)}.`);
}

/**
 * The JSON of a request's body. Throws RequestFault for one of more than `maxBytes` bytes (413), and for
 * what is no JSON in UTF-8 (RFC 8259, section 8.1) or reaches for prototypes (400).
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) throw new RequestFault(400, 'The body is empty; send JSON.');
  if (!isUtf8(bytes)) throw new RequestFault(400, 'The body is not UTF-8.');
  try {
    return parse(bytes.toString()) as unknown;
  } catch {
    throw new RequestFault(400, 'The body is no JSON, or has keys that objects must not have.');
  }
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): RequestFault =>
    new RequestFault(413, `The body is larger than ${maxBytes} bytes; send less.`);
  if (Number(request.headers['content-length']) > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        request.removeAllListeners('data').pause();
        return reject(tooLarge());
      }
      chunks.push(chunk);
    });
    request.once('end', () =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
    );
    request.once('error', reject);
  });
}
