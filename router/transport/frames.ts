import type { Writable } from 'node:stream';
import type { Payload } from '../live/payload';

const TEXT_FRAME = 0x81;
const LENGTH_IN_2_BYTES = 126;
const LENGTH_IN_8_BYTES = 127;
const END = 0x7d;
/** A client that does not take its frame at once keeps so many. */
const WORKPLACE_BYTES = 32_768;

/** What comes before the payload in every `next` message of one subscription. */
export const nextPrefix = (id: string): Buffer =>
  Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);

/** Frames are made where former ones were: those that the system took at once leave nothing to collect. */
let workplace = Buffer.allocUnsafeSlow(WORKPLACE_BYTES);

/**
 * Writes whole WebSocket text frames (RFC 6455, from a server, unmasked), each with one `next` message:
 * the client's id around bytes that all clients share.
 */
export function writeNext(wire: Writable, prefix: Buffer, payloads: readonly Payload[]): void {
  let size = 0;
  for (const payload of payloads) {
    const length = messageLength(prefix, payload);
    size += headLength(length) + length;
  }
  if (size > WORKPLACE_BYTES || wire.writableLength > 0) {
    wire.write(fill(Buffer.allocUnsafe(size), prefix, payloads));
    return;
  }
  wire.write(fill(workplace, prefix, payloads).subarray(0, size));
  // What has to wait is still there.
  if (wire.writableLength > 0) workplace = Buffer.allocUnsafeSlow(WORKPLACE_BYTES);
}

function fill(frames: Buffer, prefix: Buffer, payloads: readonly Payload[]): Buffer {
  let at = 0;
  for (const payload of payloads) {
    at = writeHead(frames, at, messageLength(prefix, payload));
    frames.set(prefix, at);
    at = payload.copyTo(frames, at + prefix.length);
    frames[at++] = END;
  }
  return frames;
}

const messageLength = (prefix: Buffer, payload: Payload): number =>
  prefix.length + payload.length + 1;

const headLength = (length: number): number =>
  length < LENGTH_IN_2_BYTES ? 2 : length < 65_536 ? 4 : 10;

/** Returns where the message starts. */
function writeHead(frames: Buffer, at: number, length: number): number {
  frames[at] = TEXT_FRAME;
  switch (headLength(length)) {
    case 2:
      frames[at + 1] = length;
      return at + 2;
    case 4:
      frames[at + 1] = LENGTH_IN_2_BYTES;
      return frames.writeUInt16BE(length, at + 2);
    default:
      frames[at + 1] = LENGTH_IN_8_BYTES;
      return frames.writeBigUInt64BE(BigInt(length), at + 2);
  }
}
