import { TransformStream } from 'node:stream/web';

/** The longest end of an event but its last byte: it may come in two parts. */
const TAIL_BYTES = 3;

/** Passes Server-Sent Events on as they come, and fails with one that is not over after so many bytes. */
export function eventsUpTo(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let unfinished = 0;
  let tail = Buffer.alloc(0);
  return new TransformStream({
    transform(part, controller) {
      const bytes = Buffer.concat([tail, part]);
      const end = endOfLastEvent(bytes);
      unfinished = end === undefined ? unfinished + part.length : bytes.length - end;
      tail = bytes.subarray(-TAIL_BYTES);
      if (unfinished <= maxBytes) controller.enqueue(part);
      else controller.error(new Error(`an event has more than ${maxBytes} bytes`));
    },
  });
}

/** Behind the last empty line, if there is one (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
function endOfLastEvent(bytes: Buffer): number | undefined {
  const ends = ['\n\n', '\r\n\r\n'].map((end) => [bytes.lastIndexOf(end), end.length] as const);
  const [[start, length] = [-1, 0]] = ends.sort(([one], [other]) => other - one);
  return start < 0 ? undefined : start + length;
}
