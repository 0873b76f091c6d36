/** A result as bytes, which are put where they are sent from. */
export interface Payload {
  readonly length: number;
  /** Returns where they end. */
  copyTo(target: Buffer, at: number): number;
}

/** A result that is in one piece. */
export class WholePayload implements Payload {
  constructor(private readonly bytes: Buffer) {}

  get length(): number {
    return this.bytes.length;
  }

  copyTo(target: Buffer, at: number): number {
    target.set(this.bytes, at);
    return at + this.bytes.length;
  }
}

const COMMA = 0x2c;

/** A result with a list of items, which other results have as well. */
export class ListPayload implements Payload {
  readonly length: number;

  constructor(
    private readonly head: Buffer,
    private readonly items: readonly { readonly bytes: Buffer }[],
    private readonly tail: Buffer,
  ) {
    let length = head.length + tail.length + items.length - 1;
    for (const { bytes } of items) length += bytes.length;
    this.length = length;
  }

  copyTo(target: Buffer, start: number): number {
    target.set(this.head, start);
    let at = start + this.head.length;
    for (const { bytes } of this.items) {
      target.set(bytes, at);
      at += bytes.length;
      target[at++] = COMMA;
    }
    // Instead of the last comma.
    target.set(this.tail, at - 1);
    return at - 1 + this.tail.length;
  }
}
