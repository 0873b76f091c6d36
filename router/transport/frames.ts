const TEXT_FRAME = 0x81;
const LENGTH_IN_2_BYTES = 126;
const LENGTH_IN_8_BYTES = 127;
const END = 0x7d;

/** What comes before the payload in every `next` message of one subscription. */
export const nextPrefix = (id: string): Buffer =>
  Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);

/**
 * Whole WebSocket text frames (RFC 6455, from a server, unmasked), each with one `next` message:
 * the client's id around bytes that all clients share.
 */
export function nextFrames(prefix: Buffer, payloads: readonly Buffer[]): Buffer {
  let size = 0;
  for (const payload of payloads) {
    const length = messageLength(prefix, payload);
    size += headLength(length) + length;
  }
  const frames = Buffer.allocUnsafe(size);
  let at = 0;
  for (const payload of payloads) {
    at = writeHead(frames, at, messageLength(prefix, payload));
    at += prefix.copy(frames, at);
    at += payload.copy(frames, at);
    frames[at++] = END;
  }
  return frames;
}

const messageLength = (prefix: Buffer, payload: Buffer): number =>
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
