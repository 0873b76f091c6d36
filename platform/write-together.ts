import type { Writable } from 'node:stream';

/**
 * Holds back what is written to the stream from here on until the code that runs now is done, so that
 * many small messages go out in one piece: handing something to the system costs more than most messages.
 */
export function writeTogether(stream: Writable): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}
